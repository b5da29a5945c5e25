with events as (
  select
    uuid, event_id, event_type, event_time, server_upload_time, amplitude_id, user_id, device_id,
    device_family, device_type, device_model, os_name, os_version,
    ip_address, city, region, country,
    -- -1 means outside of any session.
    case when session_id >= 0 then session_id end as session_id,
    event_properties ->> '$."[Amplitude] Page URL"' as page_url,
    event_properties ->> '$."[Amplitude] Page Location"' as page_location,
    event_properties ->> '$."[Amplitude] Page Domain"' as page_domain,
    event_properties ->> '$."[Amplitude] Page Path"' as page_path,
    event_properties ->> '$."[Amplitude] Page Title"' as page_title,
    try_cast(event_properties ->> '$."[Amplitude] Page Counter"' as integer) as page_counter,
    event_properties ->> '$."[Amplitude] Element Text"' as element_text,
    event_properties ->> '$.referrer' as referrer,
    event_properties ->> '$.referring_domain' as referring_domain,
    event_properties ->> '$.video_url' as video_url,
    user_properties ->> '$.initial_utm_source' as initial_utm_source,
    user_properties ->> '$.initial_utm_medium' as initial_utm_medium,
    user_properties ->> '$.initial_utm_campaign' as initial_utm_campaign,
    user_properties ->> '$.initial_referrer' as initial_referrer,
    user_properties ->> '$.initial_referring_domain' as initial_referring_domain,
    user_properties ->> '$.referrer' as user_referrer,
    user_properties ->> '$.referring_domain' as user_referring_domain
  from {{ ref('stg_amplitude__events') }}
)

select
  events.*,
  types.event_type_id,
  case when session_id is not null then {{ key_of(['amplitude_id', 'session_id']) }} end as session_key,
  {{ key_of(event_property_columns()) }} as event_properties_key,
  {{ key_of(user_property_columns()) }} as user_properties_key,
  {{ key_of(device_columns()) }} as device_key,
  {{ key_of(location_columns()) }} as location_key
from events
left join {{ ref('int_amplitude__event_type_ids') }} as types using (event_type)
