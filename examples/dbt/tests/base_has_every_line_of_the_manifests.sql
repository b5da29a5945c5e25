{# Hours that were read, and whose rows are not as many as their manifest says. #}
select hours.hour_window, hours.events, count(*) as rows_found
from {{ ref('stg_amplitude__hours') }} as hours
inner join {{ ref('base_amplitude__events') }} as lines using (hour_window, attempt_id)
group by all
having hours.events <> count(*)
