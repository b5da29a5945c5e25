{#
  Reads NDJSON files: a row for each line, with a text column for each key in `columns`, and `filename`. Types are never
  guessed: a guess makes numbers of 18 digits inexact, and fails on a key that comes later or in another case. Without
  files there are no rows.
#}
{% macro read_lines(files, columns) %}
  {%- if files | length == 0 -%}
    select
      {%- for column in columns %}
      cast(null as varchar) as "{{ column.key }}",
      {%- endfor %}
      cast(null as varchar) as filename
    where false
  {%- else -%}
    select *
    from read_json(
      [
        {%- for file in files %}
        '{{ file }}'{{ ',' if not loop.last }}
        {%- endfor %}
      ],
      format = 'newline_delimited',
      columns = {
        {%- for column in columns %}
        '{{ column.key }}': '{{ 'JSON' if column.kind == 'json' else 'VARCHAR' }}'{{ ',' if not loop.last }}
        {%- endfor %}
      },
      filename = true,
      hive_partitioning = false,
      maximum_object_size = {{ var('max_line_bytes') + 1 }}
    )
  {%- endif -%}
{% endmacro %}
