-- Makes load.sql read the Parquet files (OUTPUTS=raw,events,parquet) in place of the event files: the same columns. The values
-- are the same too, except in these cases:
--
-- - 0.10 in a nested object stays 0.10. From the event files, DuckDB reads it as 0.1.
-- - Of a key that comes twice, the last value is here. From the event files, it is the first.
-- - The text "5" where a number belongs is null here. From the event files, it is 5.

SET VARIABLE event_format = 'parquet';

CREATE OR REPLACE MACRO landed_events(files) AS TABLE
SELECT
  dt || 'T' || hour AS hour_window,
  _insert_id,
  _insert_key,
  _schema,
  adid,
  without_halves(amplitude_attribution_ids)::JSON AS amplitude_attribution_ids,
  amplitude_event_type,
  amplitude_id,
  app,
  city,
  client_event_time,
  client_upload_time,
  country,
  without_halves(data)::JSON AS data,
  data_type,
  device_brand,
  device_carrier,
  device_family,
  device_id,
  device_manufacturer,
  device_model,
  device_type,
  dma,
  event_id,
  without_halves(event_properties)::JSON AS event_properties,
  event_time,
  event_type,
  without_halves(global_user_properties)::JSON AS global_user_properties,
  without_halves(group_properties)::JSON AS group_properties,
  without_halves(groups)::JSON AS groups,
  idfa,
  ip_address,
  is_attribution_event,
  language,
  library,
  location_lat,
  location_lng,
  os_name,
  os_version,
  partner_id,
  paying,
  without_halves(plan)::JSON AS plan,
  platform,
  processed_time,
  region,
  without_halves(sample_rate)::JSON AS sample_rate,
  server_received_time,
  server_upload_time,
  session_id,
  source_id,
  start_version,
  user_creation_time,
  user_id,
  without_halves(user_properties)::JSON AS user_properties,
  uuid,
  version_name,
  without_halves(other_keys)::JSON AS other_keys
FROM read_parquet(files, hive_partitioning = true, hive_types = {dt: VARCHAR, hour: VARCHAR});
