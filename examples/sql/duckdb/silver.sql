-- Brings the silver layer up to date with the tables of events: a merge on uuid, in one transaction.
--
-- It takes the hours that were loaded since. It does not filter by event_time: events arrive late, so an hour brings
-- events that are older than others that are there already.

BEGIN TRANSACTION;

CREATE OR REPLACE TEMP TABLE changed_hours AS
SELECT hour_window, revision FROM hours_loaded
EXCEPT
SELECT hour_window, revision FROM hours_refreshed;

-- The events to look at: those that these hours have now, and those that they had.
CREATE OR REPLACE TEMP TABLE changed_events AS
SELECT uuid FROM events WHERE hour_window IN (SELECT hour_window FROM changed_hours) AND uuid IS NOT NULL
UNION
SELECT uuid FROM event_fact WHERE hour_window IN (SELECT hour_window FROM changed_hours);

-- Where two hours have the same event, the one that was fetched last counts. Each JSON text is read once; ->> gives a
-- string without its quotes.
CREATE OR REPLACE TEMP TABLE newest_events AS
SELECT
  *,
  CASE WHEN session_id >= 0 THEN amplitude_id || '/' || session_id END AS session_key,
  md5(CAST(to_json(event_property_values) AS VARCHAR)) AS event_property_set_id,
  md5(CAST(to_json(user_property_values) AS VARCHAR)) AS user_property_set_id,
  md5(CAST(to_json([device_family]) AS VARCHAR)) AS device_family_id,
  md5(CAST(to_json([device_type]) AS VARCHAR)) AS device_type_id,
  md5(CAST(to_json([os_name, os_version]) AS VARCHAR)) AS os_id,
  md5(CAST(to_json([
    device_id, device_brand, device_manufacturer, device_model, device_carrier, platform,
    device_family, device_type, os_name, os_version
  ]) AS VARCHAR)) AS device_key,
  md5(CAST(to_json([ip_address, city, region, country]) AS VARCHAR)) AS location_id
FROM (
  SELECT
    event.*,
    {
      page_url: event_properties->>'[Amplitude] Page URL',
      page_location: event_properties->>'[Amplitude] Page Location',
      page_domain: event_properties->>'[Amplitude] Page Domain',
      page_path: event_properties->>'[Amplitude] Page Path',
      page_title: event_properties->>'[Amplitude] Page Title',
      page_counter: TRY_CAST(event_properties->>'[Amplitude] Page Counter' AS BIGINT),
      referrer: event_properties->>'referrer',
      referring_domain: event_properties->>'referring_domain',
      element_text: event_properties->>'[Amplitude] Element Text',
      video_url: event_properties->>'video_url'
    } AS event_property_values,
    {
      initial_utm_source: user_properties->>'initial_utm_source',
      initial_utm_medium: user_properties->>'initial_utm_medium',
      initial_utm_campaign: user_properties->>'initial_utm_campaign',
      initial_referrer: user_properties->>'initial_referrer',
      initial_referring_domain: user_properties->>'initial_referring_domain',
      referrer: user_properties->>'referrer',
      referring_domain: user_properties->>'referring_domain'
    } AS user_property_values
  FROM events AS event
  JOIN changed_events USING (uuid)
  JOIN hours_loaded USING (hour_window)
  QUALIFY row_number() OVER (
    PARTITION BY uuid
    ORDER BY fetched_at DESC, hour_window DESC, server_upload_time DESC, event_time DESC
  ) = 1
);

-- Sessions that gain, lose or change an event.
CREATE OR REPLACE TEMP TABLE changed_sessions AS
SELECT session_key FROM newest_events WHERE session_key IS NOT NULL
UNION
SELECT session_key FROM event_fact JOIN changed_events USING (uuid) WHERE session_key IS NOT NULL;

MERGE INTO event_fact
USING (
  SELECT
    uuid, hour_window, event_type, NULL AS events_list_id, event_time, event_id, amplitude_id, user_id, session_key,
    NULL AS order_in_session, event_property_set_id, user_property_set_id, device_key, location_id
  FROM newest_events
) AS newest
ON event_fact.uuid = newest.uuid
WHEN MATCHED THEN UPDATE
WHEN NOT MATCHED THEN INSERT;

DELETE FROM event_fact
WHERE uuid IN (SELECT uuid FROM changed_events)
  AND uuid NOT IN (SELECT uuid FROM newest_events);

-- A late event moves the events after it.
UPDATE event_fact
SET order_in_session = ordered.place
FROM (
  SELECT uuid, row_number() OVER (PARTITION BY session_key ORDER BY event_time, event_id, uuid) AS place
  FROM event_fact
  WHERE session_key IN (SELECT session_key FROM changed_sessions)
) AS ordered
WHERE event_fact.uuid = ordered.uuid;

-- The events list may have changed for every event. A deleted event type may have the name of one that is in use; of several
-- in use, the one with the greatest id counts.
UPDATE event_fact
SET events_list_id = listed.id
FROM (
  SELECT used.event_type, list.id
  FROM (SELECT DISTINCT event_type FROM event_fact) AS used
  LEFT JOIN events_list AS list ON list.name = used.event_type
  QUALIFY row_number() OVER (PARTITION BY used.event_type ORDER BY coalesce(list.deleted, false), list.id DESC) = 1
) AS listed
WHERE event_fact.event_type = listed.event_type
  AND event_fact.events_list_id IS DISTINCT FROM listed.id;

DELETE FROM session WHERE session_key IN (SELECT session_key FROM changed_sessions);

INSERT INTO session BY NAME
SELECT
  session_key,
  amplitude_id,
  session_id,
  started_at,
  min(event_time) AS first_event_time,
  max(event_time) AS last_event_time,
  count(*) AS events
FROM (
  SELECT *, TRY(make_timestamp_ms(session_id)) AS started_at
  FROM (
    SELECT session_key, amplitude_id, CAST(split_part(session_key, '/', 2) AS BIGINT) AS session_id, event_time
    FROM event_fact
    WHERE session_key IN (SELECT session_key FROM changed_sessions)
  )
)
GROUP BY session_key, amplitude_id, session_id, started_at;

-- The other dimensions: values that are new are added, and values that no event has any more are removed.
INSERT INTO event_property_set BY NAME
SELECT DISTINCT event_property_set_id, unnest(event_property_values)
FROM newest_events
WHERE event_property_set_id NOT IN (SELECT event_property_set_id FROM event_property_set);

DELETE FROM event_property_set
WHERE event_property_set_id NOT IN (SELECT event_property_set_id FROM event_fact);

INSERT INTO user_property_set BY NAME
SELECT DISTINCT user_property_set_id, unnest(user_property_values)
FROM newest_events
WHERE user_property_set_id NOT IN (SELECT user_property_set_id FROM user_property_set);

DELETE FROM user_property_set
WHERE user_property_set_id NOT IN (SELECT user_property_set_id FROM event_fact);

INSERT INTO location BY NAME
SELECT DISTINCT location_id, ip_address, city, region, country
FROM newest_events
WHERE location_id NOT IN (SELECT location_id FROM location);

DELETE FROM location WHERE location_id NOT IN (SELECT location_id FROM event_fact);

INSERT INTO device BY NAME
SELECT DISTINCT
  device_key, device_id, device_brand, device_manufacturer, device_model, device_carrier, platform,
  device_family_id, device_type_id, os_id
FROM newest_events
WHERE device_key NOT IN (SELECT device_key FROM device);

DELETE FROM device WHERE device_key NOT IN (SELECT device_key FROM event_fact);

INSERT INTO device_family BY NAME
SELECT DISTINCT device_family_id, device_family
FROM newest_events
WHERE device_family_id NOT IN (SELECT device_family_id FROM device_family);

DELETE FROM device_family WHERE device_family_id NOT IN (SELECT device_family_id FROM device);

INSERT INTO device_type BY NAME
SELECT DISTINCT device_type_id, device_type
FROM newest_events
WHERE device_type_id NOT IN (SELECT device_type_id FROM device_type);

DELETE FROM device_type WHERE device_type_id NOT IN (SELECT device_type_id FROM device);

INSERT INTO os BY NAME
SELECT DISTINCT os_id, os_name, os_version
FROM newest_events
WHERE os_id NOT IN (SELECT os_id FROM os);

DELETE FROM os WHERE os_id NOT IN (SELECT os_id FROM device);

DELETE FROM hours_refreshed WHERE hour_window IN (SELECT hour_window FROM changed_hours);

INSERT INTO hours_refreshed SELECT hour_window, revision FROM changed_hours;

COMMIT;

SELECT (SELECT count(*) FROM changed_hours) AS hours_refreshed_now, count(*) AS events FROM event_fact;
