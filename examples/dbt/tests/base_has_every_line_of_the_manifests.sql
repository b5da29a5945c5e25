{# Hours whose rows are not as many as their manifest says. #}
select hours.hour_window, hours.events, count(lines.hour_window) as rows_found
from {{ ref('stg_amplitude__hours') }} as hours
left join {{ ref('base_amplitude__events') }} as lines using (hour_window)
group by all
having hours.events <> count(lines.hour_window)
