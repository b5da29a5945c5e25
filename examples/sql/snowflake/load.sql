-- Loads the hours that have landed since the last load, and those that have landed again since. Run it as a task: it may end
-- at any moment, and the next run goes on.
--
-- COPY knows files by their names, and it reads every file below events/, also those of an attempt that never landed. So it
-- only fetches lines; the manifests say which of them are the events of an hour.

-- Before COPY, so that what these manifests name is either there or about to be replaced.
CREATE OR REPLACE TEMPORARY TABLE manifests AS
SELECT
  $1:window::VARCHAR AS hour_window,
  $1:revision::NUMBER(38, 0) AS revision,
  $1:source.fetchedAt::TIMESTAMP_NTZ AS fetched_at,
  $1:events::NUMBER(38, 0) AS events,
  $1:outputs AS outputs
FROM @landed/manifests/ (PATTERN => '.*dt=[^/]*/hour=[0-9]*[.]json');

COPY INTO copied_lines (file, line, copied_at)
FROM (SELECT METADATA$FILENAME, $1, METADATA$START_SCAN_TIME FROM @landed/events/)
PATTERN = '.*[.]json[.]gz';

CREATE OR REPLACE TEMPORARY TABLE changed_files AS
SELECT manifest.hour_window, output.value:key::VARCHAR AS file
FROM manifests AS manifest
LEFT JOIN hours_loaded AS loaded ON loaded.hour_window = manifest.hour_window
CROSS JOIN LATERAL FLATTEN(INPUT => manifest.outputs) AS output
WHERE manifest.revision IS DISTINCT FROM loaded.revision
  AND output.value:format::VARCHAR = 'events';

-- Only hours whose lines are all there. A file may be gone when its hour lands again meanwhile: the next run has the new one.
CREATE OR REPLACE TEMPORARY TABLE changed_hours AS
SELECT manifest.hour_window, manifest.revision, manifest.fetched_at
FROM manifests AS manifest
LEFT JOIN hours_loaded AS loaded ON loaded.hour_window = manifest.hour_window
LEFT JOIN changed_files AS changed ON changed.hour_window = manifest.hour_window
LEFT JOIN copied_lines AS copied ON copied.file = changed.file
WHERE manifest.revision IS DISTINCT FROM loaded.revision
GROUP BY manifest.hour_window, manifest.revision, manifest.fetched_at, manifest.events
HAVING COUNT(copied.file) = manifest.events;

BEGIN TRANSACTION;

DELETE FROM events WHERE hour_window IN (SELECT hour_window FROM changed_hours);

INSERT INTO events
SELECT
  changed.hour_window,
  line:"$insert_id"::VARCHAR AS _insert_id,
  line:"$insert_key"::VARCHAR AS _insert_key,
  IFF(IS_INTEGER(line:"$schema"), line:"$schema"::NUMBER(38, 0), NULL) AS _schema,
  line:adid::VARCHAR AS adid,
  STRIP_NULL_VALUE(line:amplitude_attribution_ids) AS amplitude_attribution_ids,
  line:amplitude_event_type::VARCHAR AS amplitude_event_type,
  IFF(IS_INTEGER(line:amplitude_id), line:amplitude_id::NUMBER(38, 0), NULL) AS amplitude_id,
  IFF(IS_INTEGER(line:app), line:app::NUMBER(38, 0), NULL) AS app,
  line:city::VARCHAR AS city,
  TRY_CAST(line:client_event_time::VARCHAR AS TIMESTAMP_NTZ) AS client_event_time,
  TRY_CAST(line:client_upload_time::VARCHAR AS TIMESTAMP_NTZ) AS client_upload_time,
  line:country::VARCHAR AS country,
  STRIP_NULL_VALUE(line:data) AS data,
  line:data_type::VARCHAR AS data_type,
  line:device_brand::VARCHAR AS device_brand,
  line:device_carrier::VARCHAR AS device_carrier,
  line:device_family::VARCHAR AS device_family,
  line:device_id::VARCHAR AS device_id,
  line:device_manufacturer::VARCHAR AS device_manufacturer,
  line:device_model::VARCHAR AS device_model,
  line:device_type::VARCHAR AS device_type,
  line:dma::VARCHAR AS dma,
  IFF(IS_INTEGER(line:event_id), line:event_id::NUMBER(38, 0), NULL) AS event_id,
  STRIP_NULL_VALUE(line:event_properties) AS event_properties,
  TRY_CAST(line:event_time::VARCHAR AS TIMESTAMP_NTZ) AS event_time,
  line:event_type::VARCHAR AS event_type,
  STRIP_NULL_VALUE(line:global_user_properties) AS global_user_properties,
  STRIP_NULL_VALUE(line:group_properties) AS group_properties,
  STRIP_NULL_VALUE(line:groups) AS groups,
  line:idfa::VARCHAR AS idfa,
  line:ip_address::VARCHAR AS ip_address,
  TRY_CAST(line:is_attribution_event::VARCHAR AS BOOLEAN) AS is_attribution_event,
  line:language::VARCHAR AS language,
  line:library::VARCHAR AS library,
  TRY_CAST(line:location_lat::VARCHAR AS DOUBLE) AS location_lat,
  TRY_CAST(line:location_lng::VARCHAR AS DOUBLE) AS location_lng,
  line:os_name::VARCHAR AS os_name,
  line:os_version::VARCHAR AS os_version,
  line:partner_id::VARCHAR AS partner_id,
  TRY_CAST(line:paying::VARCHAR AS BOOLEAN) AS paying,
  STRIP_NULL_VALUE(line:plan) AS plan,
  line:platform::VARCHAR AS platform,
  TRY_CAST(line:processed_time::VARCHAR AS TIMESTAMP_NTZ) AS processed_time,
  line:region::VARCHAR AS region,
  STRIP_NULL_VALUE(line:sample_rate) AS sample_rate,
  TRY_CAST(line:server_received_time::VARCHAR AS TIMESTAMP_NTZ) AS server_received_time,
  TRY_CAST(line:server_upload_time::VARCHAR AS TIMESTAMP_NTZ) AS server_upload_time,
  IFF(IS_INTEGER(line:session_id), line:session_id::NUMBER(38, 0), NULL) AS session_id,
  line:source_id::VARCHAR AS source_id,
  line:start_version::VARCHAR AS start_version,
  TRY_CAST(line:user_creation_time::VARCHAR AS TIMESTAMP_NTZ) AS user_creation_time,
  line:user_id::VARCHAR AS user_id,
  STRIP_NULL_VALUE(line:user_properties) AS user_properties,
  line:uuid::VARCHAR AS uuid,
  line:version_name::VARCHAR AS version_name,
  OBJECT_DELETE(
    line::OBJECT,
    '$insert_id', '$insert_key', '$schema', 'adid', 'amplitude_attribution_ids', 'amplitude_event_type',
    'amplitude_id', 'app', 'city', 'client_event_time', 'client_upload_time', 'country', 'data', 'data_type',
    'device_brand', 'device_carrier', 'device_family', 'device_id', 'device_manufacturer', 'device_model',
    'device_type', 'dma', 'event_id', 'event_properties', 'event_time', 'event_type',
    'global_user_properties', 'group_properties', 'groups', 'idfa', 'ip_address', 'is_attribution_event',
    'language', 'library', 'location_lat', 'location_lng', 'os_name', 'os_version', 'partner_id', 'paying',
    'plan', 'platform', 'processed_time', 'region', 'sample_rate', 'server_received_time',
    'server_upload_time', 'session_id', 'source_id', 'start_version', 'user_creation_time', 'user_id',
    'user_properties', 'uuid', 'version_name'
  ) AS other_keys
FROM copied_lines AS copied
JOIN changed_files AS changed ON changed.file = copied.file
JOIN changed_hours AS whole ON whole.hour_window = changed.hour_window;

DELETE FROM copied_lines
WHERE file IN (
  SELECT changed.file
  FROM changed_files AS changed
  JOIN changed_hours AS whole ON whole.hour_window = changed.hour_window
);

-- Lines of attempts that never landed.
DELETE FROM copied_lines
WHERE copied_at < DATEADD(DAY, -7, CURRENT_TIMESTAMP())
  AND file NOT IN (SELECT file FROM changed_files);

MERGE INTO hours_loaded AS loaded
USING changed_hours AS changed
ON loaded.hour_window = changed.hour_window
WHEN MATCHED THEN UPDATE SET revision = changed.revision, fetched_at = changed.fetched_at
WHEN NOT MATCHED THEN INSERT (hour_window, revision, fetched_at)
  VALUES (changed.hour_window, changed.revision, changed.fetched_at);

COMMIT;

-- The newest snapshot of the events list.
CREATE OR REPLACE TEMPORARY TABLE newest_snapshot AS
SELECT output.value:key::VARCHAR AS file
FROM (
  SELECT METADATA$FILENAME AS manifest_file, $1:outputs AS outputs
  FROM @landed/manifests/events_list/ (PATTERN => '.*dt=[^/]*[.]json')
) AS manifest
CROSS JOIN LATERAL FLATTEN(INPUT => manifest.outputs) AS output
WHERE output.value:format::VARCHAR = 'events_list'
QUALIFY DENSE_RANK() OVER (ORDER BY manifest_file DESC) = 1;

BEGIN TRANSACTION;

DELETE FROM events_list WHERE EXISTS (SELECT file FROM newest_snapshot);

INSERT INTO events_list
SELECT
  $1:id::NUMBER(38, 0), $1:name::VARCHAR, $1:value::VARCHAR, $1:display::VARCHAR, $1:totals::NUMBER(38, 0),
  $1:totals_delta::DOUBLE, $1:hidden::BOOLEAN, $1:deleted::BOOLEAN, $1:autohidden::BOOLEAN, $1:non_active::BOOLEAN,
  $1:flow_hidden::BOOLEAN, $1:in_waitroom::BOOLEAN, $1:clusters_hidden::BOOLEAN, $1:timeline_hidden::BOOLEAN
FROM @landed/events_list/
WHERE METADATA$FILENAME IN (SELECT file FROM newest_snapshot);

COMMIT;
