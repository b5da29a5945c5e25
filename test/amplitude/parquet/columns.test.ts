import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { parquetColumns } from '../../../amplitude/parquet/columns.ts';
import { OTHER_KEYS, type ColumnKind } from '../../../amplitude/parquet/table.ts';

/** The columns that models for Airbyte's tables expect, by what they hold. */
const expected: Readonly<Record<ColumnKind, string>> = {
  bigint: '_schema amplitude_id app event_id session_id',
  double: 'location_lat location_lng',
  boolean: 'is_attribution_event paying',
  timestamp:
    'client_event_time client_upload_time event_time processed_time server_received_time server_upload_time user_creation_time',
  json: 'amplitude_attribution_ids data event_properties global_user_properties group_properties groups plan sample_rate user_properties',
  string:
    '_insert_id _insert_key adid amplitude_event_type city country data_type device_brand device_carrier device_family device_id device_manufacturer device_model device_type dma event_type idfa ip_address language library os_name os_version partner_id platform region source_id start_version user_id uuid version_name',
};

it.each(Object.entries(expected))('the %s columns are those that models expect', (kind, names) => {
  const found = parquetColumns.filter((column) => column.kind === kind).map(({ name }) => name);
  expect(found.join(' ')).toBe(names);
});

it('each key has a column of its own, also for readers that ignore case', () => {
  const names = [...parquetColumns.map(({ name }) => name), OTHER_KEYS];
  expect(new Set(names.map((name) => name.toLowerCase())).size).toBe(names.length);
  expect(names.filter((name) => !/^[a-z_]+$/.test(name))).toEqual([]);
});

it('docs/bucket.md lists them by what they hold', () => {
  const page = readFileSync('docs/bucket.md', 'utf8');
  const rows = [...page.matchAll(/^\| ([A-Z]{6,}(?: without zone| with JSON)?) +\| (.*?) +\|/gm)];
  const told = rows.map(([, type, names = '']) => `${type}: ${names.replaceAll(/[`,]/g, '')}`);
  expect(told).toEqual([
    `VARCHAR: ${expected.string}`,
    `VARCHAR with JSON: ${expected.json}`,
    `BIGINT: ${expected.bigint}`,
    `DOUBLE: ${expected.double}`,
    `BOOLEAN: ${expected.boolean}`,
    `TIMESTAMP without zone: ${expected.timestamp}`,
    `VARCHAR with JSON: ${OTHER_KEYS}`,
  ]);
});
