{{ config(alias='event_type') }}

select
  id, name, value, display, totals, totals_delta, hidden, deleted, non_active, autohidden, flow_hidden, in_waitroom,
  timeline_hidden,
  cast(null as varchar) as waitroom_approved,
  (select cast(min(app) as varchar) from {{ ref('stg_amplitude__events') }}) as project_name,
  created_at as _fivetran_synced,
  false as _fivetran_deleted
from {{ ref('stg_amplitude__event_types') }}
