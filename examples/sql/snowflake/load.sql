-- Loads the hours that have landed since the last load, and those that have landed again since. It may end at any moment, and
-- the next run goes on.
--
-- COPY knows files by their names, and it reads every file below events/, also those of an attempt that never landed. So it
-- only fetches lines; the manifests say which of them are the events of an hour.
--
-- Each block ends at its first error, also for a client that goes on after one, and then its transaction changes nothing.

EXECUTE IMMEDIATE $$
DECLARE
  wrong_rows EXCEPTION (-20001, 'An hour has another number of rows than its manifest has events.');
BEGIN

-- Before COPY, so that what these manifests name is either there or about to be replaced.
CREATE OR REPLACE TEMPORARY TABLE manifests AS
SELECT
  $1:window::VARCHAR AS hour_window,
  $1:revision::NUMBER(38, 0) AS revision,
  $1:source.fetchedAt::TIMESTAMP_NTZ AS fetched_at,
  $1:events::NUMBER(38, 0) AS events,
  $1:outputs AS outputs
FROM @landed/manifests/ (PATTERN => '.*dt=[^/]*/hour=[0-9]*[.]json');

CREATE OR REPLACE TEMPORARY TABLE landed_files AS
SELECT manifest.hour_window, manifest.revision, output.value:key::VARCHAR AS file
FROM manifests AS manifest
CROSS JOIN LATERAL FLATTEN(INPUT => manifest.outputs) AS output
WHERE output.value:format::VARCHAR = 'events';

-- COPY forgets after 64 days which files it has read. LOAD_UNCERTAIN_FILES: it then reads them again, and leaves none out.
COPY INTO copied_lines (file, line, copied_at)
FROM (SELECT METADATA$FILENAME, $1, METADATA$START_SCAN_TIME FROM @landed/events/)
PATTERN = '.*[.]json[.]gz'
LOAD_UNCERTAIN_FILES = TRUE;

-- Only hours whose lines are all there. A file may be gone when its hour lands again meanwhile: the next run has the new one.
CREATE OR REPLACE TEMPORARY TABLE changed_hours AS
SELECT manifest.hour_window, manifest.revision, manifest.fetched_at, manifest.events
FROM manifests AS manifest
LEFT JOIN hours_loaded AS loaded ON loaded.hour_window = manifest.hour_window
LEFT JOIN landed_files AS landed ON landed.hour_window = manifest.hour_window
LEFT JOIN copied_lines AS copied ON copied.file = landed.file
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
  IFF(ARRAY_SIZE(OBJECT_KEYS(copied.others)) > 0, copied.others, NULL) AS other_keys
FROM (
  SELECT
    file,
    line,
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
    ) AS others
  FROM copied_lines
) AS copied
JOIN landed_files AS landed ON landed.file = copied.file
JOIN changed_hours AS changed ON changed.hour_window = landed.hour_window;

-- Ends the block unless each hour has as many rows as its manifest has events.
IF (EXISTS (
  SELECT changed.hour_window
  FROM changed_hours AS changed
  LEFT JOIN events AS event ON event.hour_window = changed.hour_window
  GROUP BY changed.hour_window, changed.events
  HAVING COUNT(event.hour_window) <> changed.events
)) THEN
  RAISE wrong_rows;
END IF;

MERGE INTO hours_loaded AS loaded
USING changed_hours AS changed
ON loaded.hour_window = changed.hour_window
WHEN MATCHED THEN UPDATE SET revision = changed.revision, fetched_at = changed.fetched_at
WHEN NOT MATCHED THEN INSERT (hour_window, revision, fetched_at)
  VALUES (changed.hour_window, changed.revision, changed.fetched_at);

-- Lines that are in "events" now.
DELETE FROM copied_lines
WHERE file IN (
  SELECT landed.file
  FROM landed_files AS landed
  JOIN hours_loaded AS loaded ON loaded.hour_window = landed.hour_window AND loaded.revision = landed.revision
);

-- Lines of attempts that never landed.
DELETE FROM copied_lines
WHERE copied_at < DATEADD(DAY, -7, CURRENT_TIMESTAMP())
  AND file NOT IN (SELECT file FROM landed_files);

COMMIT;

EXCEPTION
  WHEN OTHER THEN
    ROLLBACK;
    RAISE;
END;
$$;

-- The newest snapshot of the events list. A snapshot without event types empties the table.
EXECUTE IMMEDIATE $$
BEGIN

CREATE OR REPLACE TEMPORARY TABLE newest_snapshot AS
SELECT manifest.outputs
FROM (
  SELECT METADATA$FILENAME AS manifest_file, $1:outputs AS outputs
  FROM @landed/manifests/events_list/ (PATTERN => '.*dt=[^/]*[.]json')
) AS manifest
QUALIFY ROW_NUMBER() OVER (ORDER BY manifest.manifest_file DESC) = 1;

CREATE OR REPLACE TEMPORARY TABLE events_list_files AS
SELECT output.value:key::VARCHAR AS file
FROM newest_snapshot AS snapshot
CROSS JOIN LATERAL FLATTEN(INPUT => snapshot.outputs) AS output
WHERE output.value:format::VARCHAR = 'events_list';

BEGIN TRANSACTION;

DELETE FROM events_list WHERE EXISTS (SELECT outputs FROM newest_snapshot);

INSERT INTO events_list
SELECT
  IFF(IS_INTEGER($1:id), $1:id::NUMBER(38, 0), NULL),
  $1:name::VARCHAR,
  $1:value::VARCHAR,
  $1:display::VARCHAR,
  IFF(IS_INTEGER($1:totals), $1:totals::NUMBER(38, 0), NULL),
  TRY_CAST($1:totals_delta::VARCHAR AS DOUBLE),
  TRY_CAST($1:hidden::VARCHAR AS BOOLEAN),
  TRY_CAST($1:deleted::VARCHAR AS BOOLEAN),
  TRY_CAST($1:autohidden::VARCHAR AS BOOLEAN),
  TRY_CAST($1:non_active::VARCHAR AS BOOLEAN),
  TRY_CAST($1:flow_hidden::VARCHAR AS BOOLEAN),
  TRY_CAST($1:in_waitroom::VARCHAR AS BOOLEAN),
  TRY_CAST($1:clusters_hidden::VARCHAR AS BOOLEAN),
  TRY_CAST($1:timeline_hidden::VARCHAR AS BOOLEAN)
FROM @landed/events_list/
WHERE METADATA$FILENAME IN (SELECT file FROM events_list_files);

COMMIT;

EXCEPTION
  WHEN OTHER THEN
    ROLLBACK;
    RAISE;
END;
$$;

-- The hours that were left out, since their lines are not all there, or are there twice. An hour that landed again during the
-- load is no problem: the next run takes it. For one that stays here, such as '2026-01-01T05':
--
--   DELETE FROM copied_lines WHERE file LIKE '%/dt=2026-01-01/hour=05/%';
--   COPY INTO copied_lines (file, line, copied_at)
--   FROM (SELECT METADATA$FILENAME, $1, METADATA$START_SCAN_TIME FROM @landed/events/)
--   PATTERN = '.*/dt=2026-01-01/hour=05/.*[.]json[.]gz' FORCE = TRUE;
--
-- and run this file again. To load an hour again that is in "events", also delete its row of hours_loaded.
SELECT manifest.hour_window, manifest.revision, manifest.events, COUNT(copied.file) AS lines_there
FROM manifests AS manifest
LEFT JOIN hours_loaded AS loaded ON loaded.hour_window = manifest.hour_window
LEFT JOIN landed_files AS landed ON landed.hour_window = manifest.hour_window
LEFT JOIN copied_lines AS copied ON copied.file = landed.file
WHERE manifest.revision IS DISTINCT FROM loaded.revision
GROUP BY manifest.hour_window, manifest.revision, manifest.events
ORDER BY manifest.hour_window;
