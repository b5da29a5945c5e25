{# The newest snapshot of the events list: its files and times. Without any: no file, and times that are null. #}
{% macro newest_events_list() %}
  {# The names of the manifests end with their date. #}
  {% set manifests = list_of("select max(file) from glob('" ~ prefix_url('manifests/events_list/dt=*.json') ~ "')") %}
  {% if not manifests or manifests[0] is none %}
    {{ return({'files': [], 'fetched_at': 'null', 'created_at': 'null'}) }}
  {% endif %}
  {% set manifest %}
    read_json(
      '{{ manifests[0] }}',
      hive_partitioning = false,
      columns = {'createdAt': 'VARCHAR', 'source': 'STRUCT("fetchedAt" VARCHAR)', 'outputs': 'STRUCT(key VARCHAR, format VARCHAR)[]'}
    )
  {% endset %}
  {{ return({
    'files': list_of(
      "select '" ~ bucket_url('') ~ "' || unnest([one.key for one in outputs if one.format = 'events_list']) from " ~ manifest
    ),
    'fetched_at': "'" ~ list_of('select "source"."fetchedAt" from ' ~ manifest)[0] ~ "'",
    'created_at': "'" ~ list_of('select "createdAt" from ' ~ manifest)[0] ~ "'",
  }) }}
{% endmacro %}
