-- Loads the newest snapshot of Amplitude's events list. Without a snapshot it leaves the table as it is; a snapshot without
-- event types empties it.

SET VARIABLE newest_snapshot = (
  SELECT content
  FROM read_text(getvariable('bucket') || '/' || getvariable('prefix') || '/manifests/events_list/dt=*.json')
  ORDER BY filename DESC
  LIMIT 1
);

SET VARIABLE events_list_files = (
  SELECT coalesce(list(getvariable('bucket') || '/' || output."key"), [])
  FROM (
    SELECT unnest(
      from_json(getvariable('newest_snapshot'), '{"outputs": [{"key": "VARCHAR", "format": "VARCHAR"}]}').outputs
    ) AS output
  )
  WHERE output.format = 'events_list'
);

-- All columns are read as text, so that no value of another type ends the load.
CREATE OR REPLACE MACRO landed_events_list(files) AS TABLE
SELECT
  as_integer(id) AS id,
  name,
  value,
  display,
  as_integer(totals) AS totals,
  as_double(totals_delta) AS totals_delta,
  as_boolean(hidden) AS hidden,
  as_boolean(deleted) AS deleted,
  as_boolean(autohidden) AS autohidden,
  as_boolean(non_active) AS non_active,
  as_boolean(flow_hidden) AS flow_hidden,
  as_boolean(in_waitroom) AS in_waitroom,
  as_boolean(clusters_hidden) AS clusters_hidden,
  as_boolean(timeline_hidden) AS timeline_hidden
FROM read_json(
  files,
  format = 'newline_delimited',
  hive_partitioning = false,
  columns = {
    id: 'VARCHAR',
    name: 'VARCHAR',
    value: 'VARCHAR',
    display: 'VARCHAR',
    totals: 'VARCHAR',
    totals_delta: 'VARCHAR',
    hidden: 'VARCHAR',
    deleted: 'VARCHAR',
    autohidden: 'VARCHAR',
    non_active: 'VARCHAR',
    flow_hidden: 'VARCHAR',
    in_waitroom: 'VARCHAR',
    clusters_hidden: 'VARCHAR',
    timeline_hidden: 'VARCHAR'
  }
);

BEGIN TRANSACTION;

DELETE FROM events_list WHERE getvariable('newest_snapshot') IS NOT NULL;

INSERT INTO events_list BY NAME
FROM query(
  CASE
    WHEN len(getvariable('events_list_files')) = 0 THEN 'FROM events_list LIMIT 0'
    ELSE 'FROM landed_events_list(getvariable(''events_list_files''))'
  END
);

COMMIT;
