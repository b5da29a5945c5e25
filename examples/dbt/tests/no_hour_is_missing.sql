{# Hours between the first and the last landed hour that have not landed. `amplitude-export backfill` exports them. #}
{{ config(severity='warn') }}

with landed as (
  select strptime(hour_window, '%Y-%m-%dT%H') as starts_at
  from {{ ref('stg_amplitude__hours') }}
)

select every.starts_at
from (select unnest(generate_series(min(starts_at), max(starts_at), interval 1 hour)) as starts_at from landed) as every
anti join landed using (starts_at)
