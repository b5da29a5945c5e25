import { readdir, readFile } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { parseEventsList } from '../../../amplitude/events-list/parse-events-list.ts';
import { writeLines, writeRows } from '../../../amplitude/events-list/write-events-list.ts';
import { checksumFile } from '../../../core/checksum.ts';
import { eventsListJson } from '../../../local/sample-api/events-list.ts';
import { temporaryFolder } from '../../support/archives.ts';
import { parquetRows, queryRows, type ParquetRow } from '../../support/parquet-rows.ts';

const never = new AbortController().signal;
const extractedAt = '2026-01-01T09:00:00.000Z';

const linesOf = (answer: string): Buffer => parseEventsList(Buffer.from(answer), (text) => text).lines;

/** The rows of a Parquet file of these event types, and its counts of bad values. */
async function written(...types: readonly string[]): Promise<{ rows: ParquetRow[]; bad: unknown }> {
  const folder = await temporaryFolder();
  const lines = linesOf(`{"data":[${types.join(',')}]}`);
  const { file, badValues, events } = await writeRows(folder, lines, extractedAt, never);
  const rows = await parquetRows([file]);
  expect(rows).toHaveLength(events);
  return { rows, bad: badValues };
}

describe('the gzip file of an events list', () => {
  it('has its lines', async () => {
    const folder = await temporaryFolder();
    const lines = linesOf(eventsListJson({ changed: false }));
    const { file, ...checksums } = await writeLines(folder, lines);
    expect(gunzipSync(await readFile(file)).equals(lines)).toBe(true);
    expect(checksums).toEqual(await checksumFile(file));
    expect(await readdir(folder)).toHaveLength(1);
  });
});

describe('the Parquet file of an events list', () => {
  it('has the columns that are documented', async () => {
    const folder = await temporaryFolder();
    const lines = linesOf(eventsListJson({ changed: false }));
    const { file, ...part } = await writeRows(folder, lines, extractedAt, never);
    const described = await queryRows(`DESCRIBE SELECT * FROM read_parquet('${file}')`);
    const columns = described.map((row) => `${String(row['column_name'])} ${String(row['column_type'])}`);
    expect(columns).toEqual([
      'id BIGINT',
      'name VARCHAR',
      'value VARCHAR',
      'display VARCHAR',
      'totals BIGINT',
      'totals_delta DOUBLE',
      'hidden BOOLEAN',
      'deleted BOOLEAN',
      'autohidden BOOLEAN',
      'non_active BOOLEAN',
      'flow_hidden BOOLEAN',
      'in_waitroom BOOLEAN',
      'clusters_hidden BOOLEAN',
      'timeline_hidden BOOLEAN',
      'other_keys VARCHAR',
    ]);
    expect(part).toMatchObject(await checksumFile(file));
    expect(part).not.toHaveProperty('badValues');
    // The rows file is gone.
    expect(await readdir(folder)).toEqual(['events-list.parquet']);
  });

  it('has the values of the sample API', async () => {
    const { data } = JSON.parse(eventsListJson({ changed: true })) as { data: Record<string, unknown>[] };
    const { rows, bad } = await written(...data.map((type) => JSON.stringify(type)));
    const expected = data.map((type) => ({
      ...type,
      id: BigInt(Number(type['id'])),
      totals: BigInt(Number(type['totals'])),
      other_keys: null,
    }));
    expect(rows).toEqual(expected);
    expect(bad).toBeUndefined();
  });

  it('has null for what is missing, and other keys byte for byte', async () => {
    const { rows } = await written('{"id":9007199254740993,"name":null,"x":1.50,"n":{"a": 1e3}}');
    const [row] = rows;
    expect(row).toMatchObject({ id: 9007199254740993n, name: null, value: null, hidden: null });
    expect(row?.['other_keys']).toBe('{"x":1.50,"n":{"a": 1e3}}');
  });

  it('has null for values of a wrong type, and counts them', async () => {
    const { rows, bad } = await written(
      '{"id":"seven","hidden":"yes","totals":1.5,"totals_delta":1.5}',
      '{"id":1,"hidden":true,"totals":2.0,"totals_delta":-3}',
      '{"id":{},"name":["a"]}',
    );
    expect(rows).toMatchObject([
      { id: null, hidden: null, totals: null, totals_delta: 1.5 },
      { id: 1n, hidden: true, totals: 2n, totals_delta: -3 },
      { id: null, name: null },
    ]);
    expect(bad).toEqual({ id: 2, name: 1, hidden: 1, totals: 1 });
  });

  it('fails when it cannot be written, and leaves no rows file', async () => {
    const folder = await temporaryFolder();
    const stopped = AbortSignal.abort(new Error('enough'));
    await expect(writeRows(folder, linesOf('{"data":[{}]}'), extractedAt, stopped)).rejects.toMatchObject({
      type: 'ParquetNotWritten',
    });
    expect(await readdir(folder)).toEqual([]);
  });
});
