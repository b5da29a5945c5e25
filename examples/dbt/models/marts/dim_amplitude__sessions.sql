select
  session_key,
  amplitude_id,
  session_id,
  min(event_time) as started_at,
  max(event_time) as ended_at,
  count(*) as events
from {{ ref('int_amplitude__events') }}
where session_key is not null
group by all
