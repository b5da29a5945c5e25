{{ config(alias='event') }}

select
  _insert_id, amplitude_id, app, city, client_event_time, client_upload_time, country, data, device_brand,
  device_carrier, device_family, device_id, device_manufacturer, device_model, device_type, dma, event_properties,
  event_time, event_type, group_properties, groups, idfa, ip_address, is_attribution_event, language, library,
  location_lat, location_lng, os_name, os_version, paying, platform, processed_time, region, server_received_time,
  server_upload_time, session_id, start_version, user_creation_time, user_id, user_properties, uuid, version_name,
  event_id as id,
  adid as ad_id,
  _schema as "schema",
  cast(app as varchar) as project_name,
  types.event_type_id,
  created_at as _fivetran_synced
from {{ ref('stg_amplitude__events') }}
left join {{ ref('int_amplitude__event_type_ids') }} as types using (event_type)
