{{ config(alias='events') }}

select
  {%- for column in event_columns() %}
  {{ column.name }},
  {%- endfor %}
  uuid as _airbyte_raw_id,
  fetched_at as _airbyte_extracted_at,
  '{}' as _airbyte_meta,
  cast(0 as bigint) as _airbyte_generation_id
from {{ ref('stg_amplitude__events') }}
