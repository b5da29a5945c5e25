{#
  Replaces half of a surrogate pair, an escape such as \ud800 alone, by \ufffd, as the export's Parquet files have it:
  DuckDB does not read JSON with it. Amplitude may send it at the end of a text that was cut.

  RE2 cannot look ahead. So every escape that is whole gets the character 30 in front, and a half becomes that character;
  then the two cases are told apart by the backslash behind it. JSON has no such character of its own.
#}
{% macro with_whole_characters(line) %}
  {%- set whole_escape -%}
    \\[^u]|\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u([^dD].|[dD][0-7])[0-9a-fA-F]{2}
  {%- endset -%}
  {%- set half -%} \\u[dD][89a-fA-F][0-9a-fA-F]{2} {%- endset -%}
  case
    when contains({{ line }}, '\ud') or contains({{ line }}, '\uD') then replace(
      replace(
        regexp_replace({{ line }}, '({{ whole_escape }})|{{ half }}', chr(30) || '\1', 'g'),
        chr(30) || '\',
        '\'
      ),
      chr(30),
      '\ufffd'
    )
    else {{ line }}
  end
{% endmacro %}
