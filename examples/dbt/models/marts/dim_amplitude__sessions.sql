select
  *,
  -- Amplitude's id of a session is its start, in ms. Null when no timestamp is that great.
  try(make_timestamp_ms(session_id)) as started_at
from (
  select
    session_key,
    amplitude_id,
    session_id,
    min(event_time) as first_event_time,
    max(event_time) as last_event_time,
    count(*) as events
  from {{ ref('int_amplitude__events') }}
  where session_key is not null
  group by all
)
