select
  uuid,
  event_type_id,
  event_type,
  event_time,
  server_upload_time,
  amplitude_id,
  user_id,
  device_id,
  session_key,
  case
    when session_key is not null then row_number() over (partition by session_key order by event_time, event_id, uuid)
  end as number_in_session,
  event_properties_key,
  user_properties_key,
  device_key,
  location_key
from {{ ref('int_amplitude__events') }}
