{{ config(alias='events_list') }}

select
  * exclude (fetched_at, created_at),
  cast(id as varchar) as _airbyte_raw_id,
  fetched_at as _airbyte_extracted_at,
  '{}' as _airbyte_meta,
  cast(0 as bigint) as _airbyte_generation_id
from {{ ref('stg_amplitude__event_types') }}
