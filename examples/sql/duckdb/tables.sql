-- The tables of events, and what both readers need. Run it before each load; it changes nothing once they are there.

-- The hours that were loaded, and the revision of each: what is in "events" of that hour.
CREATE TABLE IF NOT EXISTS hours_loaded (
  hour_window VARCHAR PRIMARY KEY, -- '2026-01-01T05'
  revision BIGINT NOT NULL,
  fetched_at TIMESTAMP NOT NULL
);

-- One row for each line of the loaded hours. The key of an event is its uuid; event_id counts the events of a device.
-- Two hours may have the same event (docs/bucket.md, "Events of other hours"), so this table has no primary key.
CREATE TABLE IF NOT EXISTS events (
  hour_window VARCHAR NOT NULL,
  _insert_id VARCHAR,
  _insert_key VARCHAR,
  _schema BIGINT,
  adid VARCHAR,
  amplitude_attribution_ids JSON,
  amplitude_event_type VARCHAR,
  amplitude_id BIGINT,
  app BIGINT,
  city VARCHAR,
  client_event_time TIMESTAMP,
  client_upload_time TIMESTAMP,
  country VARCHAR,
  data JSON,
  data_type VARCHAR,
  device_brand VARCHAR,
  device_carrier VARCHAR,
  device_family VARCHAR,
  device_id VARCHAR,
  device_manufacturer VARCHAR,
  device_model VARCHAR,
  device_type VARCHAR,
  dma VARCHAR,
  event_id BIGINT,
  event_properties JSON,
  event_time TIMESTAMP,
  event_type VARCHAR,
  global_user_properties JSON,
  group_properties JSON,
  groups JSON,
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
  plan JSON,
  platform VARCHAR,
  processed_time TIMESTAMP,
  region VARCHAR,
  sample_rate JSON,
  server_received_time TIMESTAMP,
  server_upload_time TIMESTAMP,
  session_id BIGINT,
  source_id VARCHAR,
  start_version VARCHAR,
  user_creation_time TIMESTAMP,
  user_id VARCHAR,
  user_properties JSON,
  uuid VARCHAR,
  version_name VARCHAR,
  other_keys JSON -- all keys without a column, as one object; null when there are none
);

-- The newest snapshot of Amplitude's events list; empty as long as there is none.
CREATE TABLE IF NOT EXISTS events_list (
  id BIGINT,
  name VARCHAR, -- as in events.event_type
  value VARCHAR,
  display VARCHAR,
  totals BIGINT,
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

-- How a text becomes a value: by the rules of the Parquet files. A text that breaks them is null.

-- An integer of 64 bits.
CREATE OR REPLACE MACRO as_integer(text) AS
  CASE WHEN regexp_full_match(text, '-?[0-9]+([.]0+)?') THEN TRY_CAST(text AS BIGINT) END;

-- Neither infinite nor "NaN".
CREATE OR REPLACE MACRO as_double(text) AS
  CASE WHEN isfinite(TRY_CAST(text AS DOUBLE)) THEN TRY_CAST(text AS DOUBLE) END;

-- Amplitude also writes "(none)": null, not false.
CREATE OR REPLACE MACRO as_boolean(text) AS
  CASE text WHEN 'true' THEN true WHEN 'false' THEN false END;

-- DuckDB also takes "epoch", "infinity" and dates alone for times.
CREATE OR REPLACE MACRO as_time(text) AS
  CASE
    WHEN regexp_full_match(text, '\d{4}-\d{2}-\d{2}[ T]([01]\d|2[0-3]):\d{2}:\d{2}([.]\d+)?Z?')
      THEN TRY_CAST(text AS TIMESTAMP)
  END;

-- DuckDB does not read JSON with half of a surrogate pair, such as "\ud83d" alone at the end of a text that was cut. It becomes
-- U+FFFD here. First, every other escape gets the character 30 in front, and a half is replaced by this character; then it is
-- known by what follows. JSON lines have no such character.
CREATE OR REPLACE MACRO without_halves(json_text) AS
  CASE
    WHEN contains(json_text, '\ud') OR contains(json_text, '\uD') THEN
      replace(
        replace(
          regexp_replace(
            json_text,
            '(\\[^u]' -- an escape that is no number
              || '|\\u(?:[^dD].|[dD][0-7])[0-9a-fA-F]{2}' -- a character
              || '|\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}' -- a whole pair
              || ')|\\u[dD][89a-fA-F][0-9a-fA-F]{2}', -- half of a pair
            chr(30) || '\1',
            'g'
          ),
          chr(30) || '\',
          '\'
        ),
        chr(30),
        '\ufffd'
      )
    ELSE json_text
  END;
