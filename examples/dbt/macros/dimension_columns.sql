{# The columns of each dimension: its key is made of their values. #}

{% macro event_property_columns() %}
  {{ return([
    'page_url', 'page_location', 'page_domain', 'page_path', 'page_title', 'page_counter', 'element_text',
    'referrer', 'referring_domain', 'video_url',
  ]) }}
{% endmacro %}

{% macro user_property_columns() %}
  {{ return([
    'initial_utm_source', 'initial_utm_medium', 'initial_utm_campaign', 'initial_referrer', 'initial_referring_domain',
    'user_referrer', 'user_referring_domain',
  ]) }}
{% endmacro %}

{% macro device_columns() %}
  {{ return(['device_family', 'device_type', 'device_model', 'os_name', 'os_version']) }}
{% endmacro %}

{% macro location_columns() %}
  {{ return(['ip_address', 'city', 'region', 'country']) }}
{% endmacro %}
