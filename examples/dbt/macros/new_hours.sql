{#
  A query for the hours whose events `loaded` does not have: those that have landed since the last build, and those that have
  landed again, with another attempt id. It never looks at event times: an event may be days late. An hour without event
  files is there only if it had some before.
#}
{% macro hours_left(loaded) %}
  select hours.hour_window, hours.event_files
  from {{ ref('stg_amplitude__hours') }} as hours
  left join (select distinct hour_window, attempt_id from {{ loaded }}) as loaded using (hour_window)
  where loaded.attempt_id is distinct from hours.attempt_id
    and (len(hours.event_files) > 0 or loaded.attempt_id is not null)
{% endmacro %}

{# A query for the hours that `base_amplitude__events` reads in this build: the oldest first. #}
{% macro new_hours() %}
  select hour_window, event_files
  from {% if is_incremental() %}({{ hours_left(this) }}){% else %}{{ ref('stg_amplitude__hours') }}{% endif %}
  order by hour_window
  limit {{ var('hours_at_once') }}
{% endmacro %}

{# The event files of those hours. #}
{% macro new_event_files() %}
  {# `dbt compile` may run before there is any table. #}
  {% if not execute or load_relation(ref('stg_amplitude__hours')) is none %}
    {{ return([]) }}
  {% endif %}
  {{ return(list_of('select unnest(event_files) from (' ~ new_hours() ~ ')')) }}
{% endmacro %}

{# Deletes the rows of an hour that has landed again, also when it has no event any more. #}
{% macro delete_replaced_hours() %}
  {% if is_incremental() %}
    delete from {{ this }} where hour_window in (select hour_window from ({{ new_hours() }}))
  {% endif %}
{% endmacro %}
