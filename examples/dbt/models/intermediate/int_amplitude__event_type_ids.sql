{# A deleted event type may have the same name as one that is in use. Of several in use, the one with the greatest id counts. #}
select name as event_type, id as event_type_id
from {{ ref('stg_amplitude__event_types') }}
qualify row_number() over (partition by name order by coalesce(deleted, false), id desc) = 1
