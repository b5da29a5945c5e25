{{
  config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='fail',
    pre_hook='{{ delete_replaced_hours() }}',
  )
}}

with lines as (
  {{ read_lines(new_event_files(), event_columns()) }}
),

hours as (
  select hour_window, revision, attempt_id, fetched_at, created_at, unnest(event_files) as filename
  from {{ ref('stg_amplitude__hours') }}
)

select
  {%- for column in event_columns() %}
  {{ cast_value(column.kind, 'lines."' ~ column.key ~ '"') }} as {{ column.name }},
  {%- endfor %}
  lines.other_keys,
  hours.hour_window,
  hours.revision,
  hours.attempt_id,
  hours.fetched_at,
  hours.created_at
from lines
inner join hours using (filename)
