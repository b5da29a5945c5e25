-- Brings the silver layer up to date with the tables of events: a merge on uuid that also updates. Run it after load.sql. It
-- does not filter by event_time: events arrive late. The block ends at its first error, and then changes nothing.

EXECUTE IMMEDIATE $$
BEGIN

CREATE OR REPLACE TEMPORARY TABLE changed_hours AS
SELECT hour_window, revision FROM hours_loaded
EXCEPT
SELECT hour_window, revision FROM hours_refreshed;

-- The events to look at: those that these hours have now, and those that they had.
CREATE OR REPLACE TEMPORARY TABLE changed_events AS
SELECT uuid FROM events WHERE hour_window IN (SELECT hour_window FROM changed_hours) AND uuid IS NOT NULL
UNION
SELECT uuid FROM event_fact WHERE hour_window IN (SELECT hour_window FROM changed_hours);

-- Where two hours have the same event, the one that was fetched last counts. ::VARCHAR gives a string without its quotes.
CREATE OR REPLACE TEMPORARY TABLE newest_values AS
SELECT
  event.*,
  IFF(event.session_id >= 0, event.amplitude_id || '/' || event.session_id, NULL) AS session_key,
  event.event_properties:"[Amplitude] Page URL"::VARCHAR AS page_url,
  event.event_properties:"[Amplitude] Page Location"::VARCHAR AS page_location,
  event.event_properties:"[Amplitude] Page Domain"::VARCHAR AS page_domain,
  event.event_properties:"[Amplitude] Page Path"::VARCHAR AS page_path,
  event.event_properties:"[Amplitude] Page Title"::VARCHAR AS page_title,
  TRY_TO_NUMBER(event.event_properties:"[Amplitude] Page Counter"::VARCHAR) AS page_counter,
  event.event_properties:referrer::VARCHAR AS referrer,
  event.event_properties:referring_domain::VARCHAR AS referring_domain,
  event.event_properties:"[Amplitude] Element Text"::VARCHAR AS element_text,
  event.event_properties:video_url::VARCHAR AS video_url,
  event.user_properties:initial_utm_source::VARCHAR AS initial_utm_source,
  event.user_properties:initial_utm_medium::VARCHAR AS initial_utm_medium,
  event.user_properties:initial_utm_campaign::VARCHAR AS initial_utm_campaign,
  event.user_properties:initial_referrer::VARCHAR AS initial_referrer,
  event.user_properties:initial_referring_domain::VARCHAR AS initial_referring_domain,
  event.user_properties:referrer::VARCHAR AS user_referrer,
  event.user_properties:referring_domain::VARCHAR AS user_referring_domain
FROM events AS event
JOIN changed_events AS changed ON changed.uuid = event.uuid
JOIN hours_loaded AS loaded ON loaded.hour_window = event.hour_window
QUALIFY ROW_NUMBER() OVER (
  PARTITION BY event.uuid
  ORDER BY
    loaded.fetched_at DESC NULLS LAST, event.hour_window DESC, event.server_upload_time DESC NULLS LAST,
    event.event_time DESC NULLS LAST
) = 1;

CREATE OR REPLACE TEMPORARY TABLE newest_events AS
SELECT
  *,
  MD5(TO_JSON(OBJECT_CONSTRUCT_KEEP_NULL(
    'page_url', page_url, 'page_location', page_location, 'page_domain', page_domain, 'page_path', page_path,
    'page_title', page_title, 'page_counter', page_counter, 'referrer', referrer, 'referring_domain', referring_domain,
    'element_text', element_text, 'video_url', video_url
  ))) AS event_property_set_id,
  MD5(TO_JSON(OBJECT_CONSTRUCT_KEEP_NULL(
    'initial_utm_source', initial_utm_source, 'initial_utm_medium', initial_utm_medium,
    'initial_utm_campaign', initial_utm_campaign, 'initial_referrer', initial_referrer,
    'initial_referring_domain', initial_referring_domain, 'referrer', user_referrer,
    'referring_domain', user_referring_domain
  ))) AS user_property_set_id,
  MD5(TO_JSON(OBJECT_CONSTRUCT_KEEP_NULL('device_family', device_family))) AS device_family_id,
  MD5(TO_JSON(OBJECT_CONSTRUCT_KEEP_NULL('device_type', device_type))) AS device_type_id,
  MD5(TO_JSON(OBJECT_CONSTRUCT_KEEP_NULL('os_name', os_name, 'os_version', os_version))) AS os_id,
  MD5(TO_JSON(OBJECT_CONSTRUCT_KEEP_NULL(
    'device_id', device_id, 'device_brand', device_brand, 'device_manufacturer', device_manufacturer,
    'device_model', device_model, 'device_carrier', device_carrier, 'platform', platform,
    'device_family', device_family, 'device_type', device_type, 'os_name', os_name, 'os_version', os_version
  ))) AS device_key,
  MD5(TO_JSON(OBJECT_CONSTRUCT_KEEP_NULL(
    'ip_address', ip_address, 'city', city, 'region', region, 'country', country
  ))) AS location_id
FROM newest_values;

-- Sessions that gain, lose or change an event.
CREATE OR REPLACE TEMPORARY TABLE changed_sessions AS
SELECT session_key FROM newest_events WHERE session_key IS NOT NULL
UNION
SELECT fact.session_key
FROM event_fact AS fact
JOIN changed_events AS changed ON changed.uuid = fact.uuid
WHERE fact.session_key IS NOT NULL;

BEGIN TRANSACTION;

MERGE INTO event_fact AS fact
USING newest_events AS newest
ON fact.uuid = newest.uuid
WHEN MATCHED THEN UPDATE SET
  hour_window = newest.hour_window,
  event_type = newest.event_type,
  events_list_id = NULL,
  event_time = newest.event_time,
  event_id = newest.event_id,
  amplitude_id = newest.amplitude_id,
  user_id = newest.user_id,
  session_key = newest.session_key,
  order_in_session = NULL,
  event_property_set_id = newest.event_property_set_id,
  user_property_set_id = newest.user_property_set_id,
  device_key = newest.device_key,
  location_id = newest.location_id
WHEN NOT MATCHED THEN INSERT (
  uuid, hour_window, event_type, event_time, event_id, amplitude_id, user_id, session_key, event_property_set_id,
  user_property_set_id, device_key, location_id
) VALUES (
  newest.uuid, newest.hour_window, newest.event_type, newest.event_time, newest.event_id, newest.amplitude_id,
  newest.user_id, newest.session_key, newest.event_property_set_id, newest.user_property_set_id, newest.device_key,
  newest.location_id
);

DELETE FROM event_fact
WHERE uuid IN (SELECT uuid FROM changed_events)
  AND uuid NOT IN (SELECT uuid FROM newest_events);

-- A late event moves the events after it.
UPDATE event_fact
SET order_in_session = ordered.place
FROM (
  SELECT uuid, ROW_NUMBER() OVER (PARTITION BY session_key ORDER BY event_time, event_id, uuid) AS place
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
  QUALIFY ROW_NUMBER() OVER (
    PARTITION BY used.event_type
    ORDER BY COALESCE(list.deleted, FALSE), list.id DESC NULLS LAST
  ) = 1
) AS listed
WHERE event_fact.event_type = listed.event_type
  AND event_fact.events_list_id IS DISTINCT FROM listed.id;

DELETE FROM session WHERE session_key IN (SELECT session_key FROM changed_sessions);

INSERT INTO session (
  session_key, amplitude_id, session_id, started_at, first_event_time, last_event_time, events
)
SELECT
  session_key,
  amplitude_id,
  SPLIT_PART(session_key, '/', 2)::NUMBER(38, 0),
  IFF( -- up to the year 9999
    SPLIT_PART(session_key, '/', 2)::NUMBER(38, 0) < 253402300800000,
    TO_TIMESTAMP_NTZ(SPLIT_PART(session_key, '/', 2)::NUMBER(38, 0), 3),
    NULL
  ),
  MIN(event_time),
  MAX(event_time),
  COUNT(*)
FROM event_fact
WHERE session_key IN (SELECT session_key FROM changed_sessions)
GROUP BY session_key, amplitude_id;

-- The other dimensions: values that are new are added, and values that no event has any more are removed.
INSERT INTO event_property_set (
  event_property_set_id, page_url, page_location, page_domain, page_path, page_title, page_counter, referrer,
  referring_domain, element_text, video_url
)
SELECT DISTINCT
  event_property_set_id, page_url, page_location, page_domain, page_path, page_title, page_counter, referrer,
  referring_domain, element_text, video_url
FROM newest_events
WHERE event_property_set_id NOT IN (SELECT event_property_set_id FROM event_property_set);

DELETE FROM event_property_set
WHERE event_property_set_id NOT IN (SELECT event_property_set_id FROM event_fact);

INSERT INTO user_property_set (
  user_property_set_id, initial_utm_source, initial_utm_medium, initial_utm_campaign, initial_referrer,
  initial_referring_domain, referrer, referring_domain
)
SELECT DISTINCT
  user_property_set_id, initial_utm_source, initial_utm_medium, initial_utm_campaign, initial_referrer,
  initial_referring_domain, user_referrer, user_referring_domain
FROM newest_events
WHERE user_property_set_id NOT IN (SELECT user_property_set_id FROM user_property_set);

DELETE FROM user_property_set
WHERE user_property_set_id NOT IN (SELECT user_property_set_id FROM event_fact);

INSERT INTO location (location_id, ip_address, city, region, country)
SELECT DISTINCT location_id, ip_address, city, region, country
FROM newest_events
WHERE location_id NOT IN (SELECT location_id FROM location);

DELETE FROM location WHERE location_id NOT IN (SELECT location_id FROM event_fact);

INSERT INTO device (
  device_key, device_id, device_brand, device_manufacturer, device_model, device_carrier, platform, device_family_id,
  device_type_id, os_id
)
SELECT DISTINCT
  device_key, device_id, device_brand, device_manufacturer, device_model, device_carrier, platform, device_family_id,
  device_type_id, os_id
FROM newest_events
WHERE device_key NOT IN (SELECT device_key FROM device);

DELETE FROM device WHERE device_key NOT IN (SELECT device_key FROM event_fact);

INSERT INTO device_family (device_family_id, device_family)
SELECT DISTINCT device_family_id, device_family
FROM newest_events
WHERE device_family_id NOT IN (SELECT device_family_id FROM device_family);

DELETE FROM device_family WHERE device_family_id NOT IN (SELECT device_family_id FROM device);

INSERT INTO device_type (device_type_id, device_type)
SELECT DISTINCT device_type_id, device_type
FROM newest_events
WHERE device_type_id NOT IN (SELECT device_type_id FROM device_type);

DELETE FROM device_type WHERE device_type_id NOT IN (SELECT device_type_id FROM device);

INSERT INTO os (os_id, os_name, os_version)
SELECT DISTINCT os_id, os_name, os_version
FROM newest_events
WHERE os_id NOT IN (SELECT os_id FROM os);

DELETE FROM os WHERE os_id NOT IN (SELECT os_id FROM device);

DELETE FROM hours_refreshed WHERE hour_window IN (SELECT hour_window FROM changed_hours);

INSERT INTO hours_refreshed (hour_window, revision)
SELECT hour_window, revision FROM changed_hours;

COMMIT;

EXCEPTION
  WHEN OTHER THEN
    ROLLBACK;
    RAISE;
END;
$$;
