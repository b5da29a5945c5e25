import type { ColumnKind, ParquetTable } from '../parquet/table.ts';

/**
 * The keys of an event type and what their columns hold, in the order of the file.
 * Source: Amplitude Dashboard REST API documentation, and the keys that connectors found in answers.
 */
const kinds: Readonly<Record<string, ColumnKind>> = {
  /** Events of the project refer to it. */
  id: 'bigint',
  /** The `event_type` of its events, by which readers join. */
  name: 'string',
  value: 'string',
  /** The name that people see. */
  display: 'string',
  /** How often the event occurred this week. */
  totals: 'bigint',
  /** The change of `totals` since the week before, in percent. */
  totals_delta: 'double',
  hidden: 'boolean',
  deleted: 'boolean',
  autohidden: 'boolean',
  non_active: 'boolean',
  flow_hidden: 'boolean',
  in_waitroom: 'boolean',
  clusters_hidden: 'boolean',
  timeline_hidden: 'boolean',
};

/** The Parquet files of the events list. */
export const eventsListTable: ParquetTable = {
  columns: Object.entries(kinds).map(([name, kind]) => ({ name, key: name, kind })),
  hasLineage: false,
};
