{# The address of a key of the bucket, or of a pattern of keys. #}
{% macro bucket_url(key) %}
  {{- return('s3://' ~ env_var('AWS_BUCKET_NAME') ~ '/' ~ key) -}}
{% endmacro %}

{# The address of what lies below the export's prefix. #}
{% macro prefix_url(path) %}
  {{- return(bucket_url(env_var('S3_PREFIX', 'amplitude') ~ '/' ~ path)) -}}
{% endmacro %}

{# The first column of a query's rows, as a list; empty while dbt only parses the project. #}
{% macro list_of(query) %}
  {% set values = [] %}
  {% if execute %}
    {% set values = run_query(query).columns[0].values() | list %}
  {% endif %}
  {{ return(values) }}
{% endmacro %}
