{# Hours that this build has left: `hours_at_once` in dbt_project.yml is how many it reads. The next build goes on with them. #}
{{ config(severity='warn') }}

select hour_window
from ({{ hours_left(ref('base_amplitude__events')) }})
