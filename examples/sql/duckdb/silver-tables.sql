-- The silver layer: a fact with one row for each event, and its dimensions. To run it again changes nothing. The ids of
-- dimensions are hashes of their values, so a refresh gives the same ids again.

-- The revisions of hours_loaded that the silver layer has.
CREATE TABLE IF NOT EXISTS hours_refreshed (hour_window VARCHAR, revision BIGINT);

CREATE TABLE IF NOT EXISTS event_fact (
  uuid VARCHAR NOT NULL, -- the key
  hour_window VARCHAR NOT NULL, -- the hour that the row is from
  event_type VARCHAR,
  events_list_id BIGINT, -- null while there is no events list, or it lacks the event type
  event_time TIMESTAMP,
  event_id BIGINT, -- orders events of a device that have the same time
  amplitude_id BIGINT,
  user_id VARCHAR,
  session_key VARCHAR, -- null outside of any session
  order_in_session BIGINT, -- from 1
  event_property_set_id VARCHAR,
  user_property_set_id VARCHAR,
  device_key VARCHAR,
  location_id VARCHAR
);

CREATE TABLE IF NOT EXISTS session (
  session_key VARCHAR,
  amplitude_id BIGINT,
  session_id BIGINT,
  started_at TIMESTAMP, -- by the clock of the device; null when session_id is no time that fits
  first_event_time TIMESTAMP,
  last_event_time TIMESTAMP,
  events BIGINT
);

CREATE TABLE IF NOT EXISTS event_property_set (
  event_property_set_id VARCHAR,
  page_url VARCHAR,
  page_location VARCHAR,
  page_domain VARCHAR,
  page_path VARCHAR,
  page_title VARCHAR,
  page_counter BIGINT,
  referrer VARCHAR,
  referring_domain VARCHAR,
  element_text VARCHAR,
  video_url VARCHAR
);

CREATE TABLE IF NOT EXISTS user_property_set (
  user_property_set_id VARCHAR,
  initial_utm_source VARCHAR,
  initial_utm_medium VARCHAR,
  initial_utm_campaign VARCHAR,
  initial_referrer VARCHAR,
  initial_referring_domain VARCHAR,
  referrer VARCHAR,
  referring_domain VARCHAR
);

CREATE TABLE IF NOT EXISTS device (
  device_key VARCHAR,
  device_id VARCHAR,
  device_brand VARCHAR,
  device_manufacturer VARCHAR,
  device_model VARCHAR,
  device_carrier VARCHAR,
  platform VARCHAR,
  device_family_id VARCHAR,
  device_type_id VARCHAR,
  os_id VARCHAR
);

CREATE TABLE IF NOT EXISTS device_family (device_family_id VARCHAR, device_family VARCHAR);

CREATE TABLE IF NOT EXISTS device_type (device_type_id VARCHAR, device_type VARCHAR);

CREATE TABLE IF NOT EXISTS os (os_id VARCHAR, os_name VARCHAR, os_version VARCHAR);

CREATE TABLE IF NOT EXISTS location (
  location_id VARCHAR,
  ip_address VARCHAR,
  city VARCHAR,
  region VARCHAR,
  country VARCHAR
);
