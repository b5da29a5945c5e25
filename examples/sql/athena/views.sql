-- Views of whole hours: they read the files that the manifests name now. So an hour that lands again shows its new lines at
-- once, and files of an attempt in progress are not read. Give a range of dt in each query: it limits what is read.

CREATE OR REPLACE VIEW amplitude.landed_files AS
SELECT
  manifest.dt,
  manifest."window" AS hour_window,
  manifest.revision,
  's3://my-bucket/' || output."key" AS path,
  output.format
FROM amplitude.manifests AS manifest
CROSS JOIN UNNEST(manifest.outputs) AS output ("key", format, events);

-- The key of an event is its uuid; event_id counts the events of a device.
CREATE OR REPLACE VIEW amplitude.events AS
SELECT
  file.hour_window,
  line.dt,
  line._insert_id,
  line._insert_key,
  TRY_CAST(line._schema AS bigint) AS _schema,
  line.adid,
  line.amplitude_attribution_ids,
  line.amplitude_event_type,
  TRY_CAST(line.amplitude_id AS bigint) AS amplitude_id,
  TRY_CAST(line.app AS bigint) AS app,
  line.city,
  TRY_CAST(line.client_event_time AS timestamp(6)) AS client_event_time,
  TRY_CAST(line.client_upload_time AS timestamp(6)) AS client_upload_time,
  line.country,
  line.data,
  line.data_type,
  line.device_brand,
  line.device_carrier,
  line.device_family,
  line.device_id,
  line.device_manufacturer,
  line.device_model,
  line.device_type,
  line.dma,
  TRY_CAST(line.event_id AS bigint) AS event_id,
  line.event_properties,
  TRY_CAST(line.event_time AS timestamp(6)) AS event_time,
  line.event_type,
  line.global_user_properties,
  line.group_properties,
  line.groups,
  line.idfa,
  line.ip_address,
  CASE line.is_attribution_event WHEN 'true' THEN true WHEN 'false' THEN false END AS is_attribution_event,
  line.language,
  line.library,
  TRY_CAST(line.location_lat AS double) AS location_lat,
  TRY_CAST(line.location_lng AS double) AS location_lng,
  line.os_name,
  line.os_version,
  line.partner_id,
  CASE line.paying WHEN 'true' THEN true WHEN 'false' THEN false END AS paying,
  line.plan,
  line.platform,
  TRY_CAST(line.processed_time AS timestamp(6)) AS processed_time,
  line.region,
  line.sample_rate,
  TRY_CAST(line.server_received_time AS timestamp(6)) AS server_received_time,
  TRY_CAST(line.server_upload_time AS timestamp(6)) AS server_upload_time,
  TRY_CAST(line.session_id AS bigint) AS session_id,
  line.source_id,
  line.start_version,
  TRY_CAST(line.user_creation_time AS timestamp(6)) AS user_creation_time,
  line.user_id,
  line.user_properties,
  line.uuid,
  line.version_name
FROM amplitude.event_lines AS line
JOIN amplitude.landed_files AS file ON file.path = line."$path" AND file.dt = line.dt
WHERE file.format = 'events';

-- From the Parquet files, which take less to read. They also have other_keys; dt and hour are the last columns here.
CREATE OR REPLACE VIEW amplitude.events_from_parquet AS
SELECT file.hour_window, line.*
FROM amplitude.event_rows AS line
JOIN amplitude.landed_files AS file ON file.path = line."$path" AND file.dt = line.dt
WHERE file.format = 'parquet';
