{#
  Reads files of JSON lines: a row for each line, with a text column for each key in `columns`, `other_keys` (a JSON object
  of the other keys; null if there is none), and `filename`. Types are never guessed: a guess makes numbers of 18 digits
  inexact, and fails on a key that comes later or in another case. Without files there are no rows.
#}
{% macro read_lines(files, columns) %}
  {%- if files | length == 0 -%}
    select
      {%- for column in columns %}
      cast(null as varchar) as "{{ column.key }}",
      {%- endfor %}
      cast(null as varchar) as other_keys,
      cast(null as varchar) as filename
    where false
  {%- else -%}
    select
      unnest(json_transform(line, '{
        {%- for column in columns -%}
        "{{ column.key }}": "{{ 'JSON' if column.kind == 'json' else 'VARCHAR' }}"{{ ', ' if not loop.last }}
        {%- endfor -%}
      }')),
      nullif(cast(json_merge_patch(line, '{
        {%- for column in columns -%}
        "{{ column.key }}": null{{ ', ' if not loop.last }}
        {%- endfor -%}
      }') as varchar), '{}') as other_keys,
      filename
    from (select {{ with_whole_characters('line') }} as line, filename from ({{ read_text_lines(files) }}))
  {%- endif -%}
{% endmacro %}

{#
  Reads each line as one text. DuckDB has no reader for that, so it is one for CSV: with a separator that JSON does not
  allow, and without quotes. Its buffer must hold the longest line.
#}
{% macro read_text_lines(files) %}
  select line, filename
  from read_csv(
    [
      {%- for file in files %}
      '{{ file }}'{{ ',' if not loop.last }}
      {%- endfor %}
    ],
    columns = {'line': 'VARCHAR'},
    auto_detect = false,
    header = false,
    delim = chr(31),
    quote = '',
    escape = '',
    new_line = '\n',
    strict_mode = false,
    max_line_size = {{ var('max_line_bytes') + 1 }},
    buffer_size = {{ 2 * var('max_line_bytes') }},
    filename = true,
    hive_partitioning = false
  )
{% endmacro %}
