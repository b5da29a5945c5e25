-- Loads the newest snapshot of Amplitude's events list. Without a snapshot it leaves the table as it is.

SET VARIABLE events_list_files = (
  SELECT coalesce(list(getvariable('bucket') || '/' || output."key"), [])
  FROM (
    SELECT unnest(from_json(content, '{"outputs": [{"key": "VARCHAR", "format": "VARCHAR"}]}').outputs) AS output
    FROM (
      SELECT content
      FROM read_text(getvariable('bucket') || '/' || getvariable('prefix') || '/manifests/events_list/dt=*.json')
      ORDER BY filename DESC
      LIMIT 1
    )
  )
  WHERE output.format = 'events_list'
);

CREATE OR REPLACE MACRO landed_events_list(files) AS TABLE
SELECT * FROM read_json(
  files,
  format = 'newline_delimited',
  hive_partitioning = false,
  columns = {
    id: 'BIGINT',
    name: 'VARCHAR',
    value: 'VARCHAR',
    display: 'VARCHAR',
    totals: 'BIGINT',
    totals_delta: 'DOUBLE',
    hidden: 'BOOLEAN',
    deleted: 'BOOLEAN',
    autohidden: 'BOOLEAN',
    non_active: 'BOOLEAN',
    flow_hidden: 'BOOLEAN',
    in_waitroom: 'BOOLEAN',
    clusters_hidden: 'BOOLEAN',
    timeline_hidden: 'BOOLEAN'
  }
);

BEGIN TRANSACTION;

DELETE FROM events_list WHERE len(getvariable('events_list_files')) > 0;

INSERT INTO events_list BY NAME
FROM query(
  CASE
    WHEN len(getvariable('events_list_files')) = 0 THEN 'FROM events_list LIMIT 0'
    ELSE 'FROM landed_events_list(getvariable(''events_list_files''))'
  END
);

COMMIT;
