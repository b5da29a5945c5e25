{# A table, because it is read from the bucket. Without any snapshot of the events list it has no rows. #}
{{ config(materialized='table') }}

{% set columns = [
  {'key': 'id', 'kind': 'bigint'},
  {'key': 'name', 'kind': 'string'},
  {'key': 'value', 'kind': 'string'},
  {'key': 'display', 'kind': 'string'},
  {'key': 'totals', 'kind': 'bigint'},
  {'key': 'totals_delta', 'kind': 'double'},
  {'key': 'hidden', 'kind': 'boolean'},
  {'key': 'deleted', 'kind': 'boolean'},
  {'key': 'non_active', 'kind': 'boolean'},
  {'key': 'autohidden', 'kind': 'boolean'},
  {'key': 'flow_hidden', 'kind': 'boolean'},
  {'key': 'in_waitroom', 'kind': 'boolean'},
  {'key': 'clusters_hidden', 'kind': 'boolean'},
  {'key': 'timeline_hidden', 'kind': 'boolean'},
] %}
{% set manifest = newest_events_list() %}

select
  {%- for column in columns %}
  {{ cast_value(column.kind, '"' ~ column.key ~ '"') }} as {{ column.key }},
  {%- endfor %}
  cast({{ manifest.fetched_at }} as timestamp) as fetched_at,
  cast({{ manifest.created_at }} as timestamp) as created_at
from ({{ read_lines(manifest.files, columns) }})
