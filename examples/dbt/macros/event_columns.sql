{#
  The columns of an event, in the order of the export's Parquet files, each with its key and its kind. A key that begins
  with `$` has a column that begins with `_`.
#}
{% macro event_columns() %}
  {% set columns = [] %}
  {% set kinds = [
    ('string', '$insert_id $insert_key'),
    ('bigint', '$schema'),
    ('string', 'adid'),
    ('json', 'amplitude_attribution_ids'),
    ('string', 'amplitude_event_type'),
    ('bigint', 'amplitude_id app'),
    ('string', 'city'),
    ('timestamp', 'client_event_time client_upload_time'),
    ('string', 'country'),
    ('json', 'data'),
    ('string', 'data_type device_brand device_carrier device_family device_id device_manufacturer device_model device_type'),
    ('string', 'dma'),
    ('bigint', 'event_id'),
    ('json', 'event_properties'),
    ('timestamp', 'event_time'),
    ('string', 'event_type'),
    ('json', 'global_user_properties group_properties groups'),
    ('string', 'idfa ip_address'),
    ('boolean', 'is_attribution_event'),
    ('string', 'language library'),
    ('double', 'location_lat location_lng'),
    ('string', 'os_name os_version partner_id'),
    ('boolean', 'paying'),
    ('json', 'plan'),
    ('string', 'platform'),
    ('timestamp', 'processed_time'),
    ('string', 'region'),
    ('json', 'sample_rate'),
    ('timestamp', 'server_received_time server_upload_time'),
    ('bigint', 'session_id'),
    ('string', 'source_id start_version'),
    ('timestamp', 'user_creation_time'),
    ('string', 'user_id'),
    ('json', 'user_properties'),
    ('string', 'uuid version_name'),
  ] %}
  {% for kind, keys in kinds %}
    {% for key in keys.split(' ') %}
      {% do columns.append({'key': key, 'name': key | replace('$', '_'), 'kind': kind}) %}
    {% endfor %}
  {% endfor %}
  {{ return(columns) }}
{% endmacro %}
