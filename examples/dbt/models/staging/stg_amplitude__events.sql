{#
  An event is in two hours when a cache answered for the wrong one, for instance: the hour that was fetched last counts.
  The order ends with the event's own times, for a uuid that comes twice in one hour. `event_id` would be the wrong key: it
  counts the events of a device.
#}
select *
from {{ ref('base_amplitude__events') }}
where uuid is not null
qualify
  row_number() over (
    partition by uuid
    order by fetched_at desc, hour_window desc, server_upload_time desc, event_time desc
  ) = 1
