-- Loads the hours that have landed since the last load, and those that have landed again since: a manifest has another
-- revision then. Run it again until hours_left is 0. It can end at any moment: an hour is in the tables with all its
-- lines, or as it was before.
--
-- A file may be gone (404) when its hour lands again during the load. The load fails then, changes nothing, and reads the
-- new manifest the next time.

-- Every manifest is read once, so that the revision that is kept is that of the files that are read.
CREATE OR REPLACE TEMP TABLE changed_hours AS
SELECT
  landed."window" AS hour_window,
  landed.revision,
  landed.source.fetchedAt AS fetched_at,
  landed.events,
  landed.outputs
FROM read_json(
  getvariable('bucket') || '/' || getvariable('prefix') || '/manifests/dt=' || getvariable('days') || '/hour=*.json',
  format = 'unstructured',
  hive_partitioning = false,
  columns = {
    "window": 'VARCHAR',
    revision: 'BIGINT',
    events: 'BIGINT',
    source: 'STRUCT(fetchedAt TIMESTAMP)',
    outputs: 'STRUCT("key" VARCHAR, format VARCHAR)[]'
  }
) AS landed
LEFT JOIN hours_loaded AS loaded ON loaded.hour_window = landed."window"
WHERE landed.revision IS DISTINCT FROM loaded.revision;

SET VARIABLE hours_left = (SELECT greatest(count(*) - getvariable('hours_at_once'), 0) FROM changed_hours);

DELETE FROM changed_hours
WHERE hour_window NOT IN (
  SELECT hour_window FROM changed_hours ORDER BY hour_window LIMIT getvariable('hours_at_once')
);

SET VARIABLE files = (
  SELECT coalesce(list(getvariable('bucket') || '/' || output."key" ORDER BY output."key"), [])
  FROM (SELECT unnest(outputs) AS output FROM changed_hours)
  WHERE output.format = getvariable('event_format')
);

BEGIN TRANSACTION;

DELETE FROM events WHERE hour_window IN (SELECT hour_window FROM changed_hours);

-- DuckDB cannot read a list of no files: empty hours have none.
INSERT INTO events BY NAME
FROM query(
  CASE
    WHEN len(getvariable('files')) = 0 THEN 'FROM events LIMIT 0'
    ELSE 'FROM landed_events(getvariable(''files''))'
  END
);

-- Fails unless each hour has as many rows as its manifest has events: it may lack the Parquet files that are asked for.
SELECT error(
  changed.hour_window || ' has ' || changed.events || ' events, but ' || count(event.hour_window)
  || ' in its files of the format ' || getvariable('event_format')
) AS refused
FROM changed_hours AS changed
LEFT JOIN events AS event USING (hour_window)
GROUP BY changed.hour_window, changed.events
HAVING count(event.hour_window) <> changed.events;

INSERT OR REPLACE INTO hours_loaded
SELECT hour_window, revision, fetched_at FROM changed_hours;

COMMIT;

SELECT count(*) AS hours_loaded_now, getvariable('hours_left') AS hours_left FROM changed_hours;
