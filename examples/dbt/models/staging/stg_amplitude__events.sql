{#
  An event is in two hours when a cache answered for the wrong one, for instance: the hour that was fetched last counts.
  `event_id` would be the wrong key: it counts the events of a device.
#}
select *
from {{ ref('base_amplitude__events') }}
qualify row_number() over (partition by uuid order by fetched_at desc, hour_window desc) = 1
