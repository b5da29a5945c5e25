select
  events.uuid,
  events_list.id as event_type_id,
  events.event_properties::json ->> '$."[Amplitude] Page URL"' as page_url,
  events.user_properties::json ->> '$.crm_id' as crm_id,
  events._airbyte_extracted_at
from {{ source('airbyte', 'events') }} as events
inner join {{ source('airbyte', 'events_list') }} as events_list on events.event_type = events_list.name
where events_list.name = '[Amplitude] Page Viewed'
