select event.project_name, event_type.name, event_type.display, count(*) as events, max(event.id) as greatest_id
from {{ source('fivetran', 'event') }} as event
left join {{ source('fivetran', 'event_type') }} as event_type
  on event.event_type_id = event_type.id and event.project_name = event_type.project_name
where not event_type._fivetran_deleted
group by all
