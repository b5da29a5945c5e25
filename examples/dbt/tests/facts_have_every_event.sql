{# Events that are in only one of staging and the fact table. #}
select coalesce(staged.uuid, facts.uuid) as uuid
from {{ ref('stg_amplitude__events') }} as staged
full join {{ ref('fct_amplitude__events') }} as facts using (uuid)
where staged.uuid is null or facts.uuid is null
