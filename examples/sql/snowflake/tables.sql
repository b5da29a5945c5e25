-- Once: where the landed files are, and the tables. Replace my-bucket, amplitude (S3_PREFIX) and my_integration, a storage
-- integration that may read the bucket.

-- Amplitude may send a key twice: the last value counts.
CREATE FILE FORMAT IF NOT EXISTS plain_json TYPE = JSON ALLOW_DUPLICATE = TRUE;

CREATE STAGE IF NOT EXISTS landed
  URL = 's3://my-bucket/amplitude/'
  STORAGE_INTEGRATION = my_integration
  FILE_FORMAT = (FORMAT_NAME = 'plain_json');

-- The hours that were loaded, and the revision of each: what is in "events" of that hour.
CREATE TABLE IF NOT EXISTS hours_loaded (
  hour_window VARCHAR, -- '2026-01-01T05'
  revision NUMBER(38, 0),
  fetched_at TIMESTAMP_NTZ
);

-- Lines that COPY has read and that are not in "events" yet. "file" is the key in the bucket.
CREATE TABLE IF NOT EXISTS copied_lines (
  file VARCHAR,
  line VARIANT,
  copied_at TIMESTAMP_LTZ
);

-- One row for each line of the loaded hours. The key of an event is its uuid; event_id counts the events of a device.
CREATE TABLE IF NOT EXISTS events (
  hour_window VARCHAR,
  _insert_id VARCHAR,
  _insert_key VARCHAR,
  _schema NUMBER(38, 0),
  adid VARCHAR,
  amplitude_attribution_ids VARIANT,
  amplitude_event_type VARCHAR,
  amplitude_id NUMBER(38, 0),
  app NUMBER(38, 0),
  city VARCHAR,
  client_event_time TIMESTAMP_NTZ,
  client_upload_time TIMESTAMP_NTZ,
  country VARCHAR,
  data VARIANT,
  data_type VARCHAR,
  device_brand VARCHAR,
  device_carrier VARCHAR,
  device_family VARCHAR,
  device_id VARCHAR,
  device_manufacturer VARCHAR,
  device_model VARCHAR,
  device_type VARCHAR,
  dma VARCHAR,
  event_id NUMBER(38, 0),
  event_properties VARIANT,
  event_time TIMESTAMP_NTZ,
  event_type VARCHAR,
  global_user_properties VARIANT,
  group_properties VARIANT,
  groups VARIANT,
  idfa VARCHAR,
  ip_address VARCHAR,
  is_attribution_event BOOLEAN,
  language VARCHAR,
  library VARCHAR,
  location_lat DOUBLE,
  location_lng DOUBLE,
  os_name VARCHAR,
  os_version VARCHAR,
  partner_id VARCHAR,
  paying BOOLEAN,
  plan VARIANT,
  platform VARCHAR,
  processed_time TIMESTAMP_NTZ,
  region VARCHAR,
  sample_rate VARIANT,
  server_received_time TIMESTAMP_NTZ,
  server_upload_time TIMESTAMP_NTZ,
  session_id NUMBER(38, 0),
  source_id VARCHAR,
  start_version VARCHAR,
  user_creation_time TIMESTAMP_NTZ,
  user_id VARCHAR,
  user_properties VARIANT,
  uuid VARCHAR,
  version_name VARCHAR,
  other_keys VARIANT -- all keys without a column, as one object; null when there are none
);

-- The newest snapshot of Amplitude's events list; empty as long as there is none.
CREATE TABLE IF NOT EXISTS events_list (
  id NUMBER(38, 0),
  name VARCHAR, -- as in events.event_type
  value VARCHAR,
  display VARCHAR,
  totals NUMBER(38, 0),
  totals_delta DOUBLE,
  hidden BOOLEAN,
  deleted BOOLEAN,
  autohidden BOOLEAN,
  non_active BOOLEAN,
  flow_hidden BOOLEAN,
  in_waitroom BOOLEAN,
  clusters_hidden BOOLEAN,
  timeline_hidden BOOLEAN
);
