{#
  A value that was read as text, in the type of its kind; a value that is not of that type is null, so that one bad
  value does not fail an hour. The rules are those of the export's Parquet files: "(none)" is no boolean, and "epoch", which
  DuckDB takes for a time, is none. The README says where they differ.
#}
{% macro cast_value(kind, text) %}
  {%- if kind == 'bigint' -%}
    case when regexp_full_match({{ text }}, '-?\d+(\.0+)?') then try_cast({{ text }} as bigint) end
  {%- elif kind == 'double' -%}
    case when isfinite(try_cast({{ text }} as double)) then try_cast({{ text }} as double) end
  {%- elif kind == 'boolean' -%}
    case {{ text }} when 'true' then true when 'false' then false end
  {%- elif kind == 'timestamp' -%}
    case
      when regexp_full_match({{ text }}, '\d{4}-\d{2}-\d{2}[ T]([01]\d|2[0-3]):\d{2}:\d{2}(\.\d+)?Z?')
        then try_cast({{ text }} as timestamp)
    end
  {%- else -%}
    cast({{ text }} as varchar)
  {%- endif -%}
{% endmacro %}
