{# A key made of values, of which some may be null: equal for equal values, and only for them. #}
{% macro key_of(columns) %}
  md5(cast(to_json({
    {%- for column in columns %}'{{ column }}': {{ column }}{{ ', ' if not loop.last }}{% endfor -%}
  }) as varchar))
{% endmacro %}
