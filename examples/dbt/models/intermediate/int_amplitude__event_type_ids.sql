{# A deleted event type may have the same name as one that is in use. #}
select name as event_type, id as event_type_id
from {{ ref('stg_amplitude__event_types') }}
qualify row_number() over (partition by name order by deleted, id desc) = 1
