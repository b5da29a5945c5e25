import { existsSync } from 'node:fs';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { archiveLimits } from '../../../amplitude/limits.ts';
import { parquetColumns } from '../../../amplitude/parquet/columns.ts';
import { parseHour } from '../../../amplitude/parse-hour.ts';
import { ParsePool } from '../../../amplitude/parse-pool.ts';
import type { ParquetPart, ParsedHour, ParseTask } from '../../../amplitude/parsed-hour.ts';
import { checksumFile } from '../../../core/checksum.ts';
import { parseHourWindow } from '../../../core/hour-window.ts';
import { sampleLines } from '../../../local/sample-api/events.ts';
import { arbitraryEvent } from '../../support/arbitrary-event.ts';
import { temporaryFolder, zipOf } from '../../support/archives.ts';
import { differencesOf, expectedRow } from '../../support/expected-cells.ts';
import { parquetRows, queryRows } from '../../support/parquet-rows.ts';

const window = parseHourWindow('2026-01-01T05');
const extractedAt = '2026-01-01T09:00:00.123Z';
const never = new AbortController().signal;
const MiB = 1024 * 1024;

/** The task for an archive of these members, each given as the text of its lines, in a folder of its own. */
async function taskFor(members: readonly string[], folder?: string, level = 1): Promise<ParseTask> {
  const path = folder ?? (await temporaryFolder());
  const archive = join(path, 'export.zip');
  await writeFile(archive, zipOf(members.map((lines) => ({ bytes: gzipSync(lines, { level }) }))));
  const raw = await checksumFile(archive);
  const sizes = { maxLineBytes: 64 * MiB, limits: archiveLimits };
  return { window, archive, folder: path, raw, ...sizes, parquet: { extractedAt } };
}

/** Parses an hour with Parquet files, in two threads. */
async function parse(task: ParseTask, signal = never): Promise<ParsedHour> {
  const pool = new ParsePool(2);
  onTestFinished(() => pool.close());
  return parseHour(task, pool, () => undefined, signal);
}

/** Holds each row of the files against its line, and the counts of bad values against all lines. */
async function expectRows(parts: readonly ParquetPart[], lines: readonly string[]): Promise<void> {
  const differences: string[] = [];
  const bad = new Map<string, number>();
  let first = 0;
  for (const part of parts) {
    const rows = await parquetRows([part.file]);
    expect(rows).toHaveLength(part.events);
    for (const [index, row] of rows.entries()) {
      const line = lines[first + index] ?? '';
      const expected = expectedRow(line);
      differences.push(...differencesOf(row, expected).map((difference) => `${difference} of ${line}`));
      for (const column of expected.bad) bad.set(column, (bad.get(column) ?? 0) + 1);
    }
    first += rows.length;
  }
  expect(first).toBe(lines.length);
  expect(differences.slice(0, 5)).toEqual([]);
  const counted = new Map<string, number>();
  for (const [column, count] of parts.flatMap(({ badValues = {} }) => Object.entries(badValues)))
    counted.set(column, (counted.get(column) ?? 0) + count);
  expect(counted).toEqual(bad);
}

function textOf(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('');
}

describe('every top-level value', () => {
  it('of 90,000 sample events is in its column, as documented', async () => {
    const lines = [
      ...sampleLines({ seed: 'parquet', projectId: 7 }, window, { first: 0, count: 90_000 }),
    ].map(String);
    const members = [0, 1, 2].map((index) => textOf(lines.slice(index * 30_000, (index + 1) * 30_000)));
    // Without compression, each member is so large that it is a group of its own.
    const { parquet } = await parse(await taskFor(members, undefined, 0));
    expect(parquet).toHaveLength(3);
    await expectRows(parquet, lines);
  }, 600_000);

  it('of 10,000 odd events is in its column, as documented', async () => {
    const seed = Date.now() & 0x7fffffff;
    const lines = fc.sample(arbitraryEvent, { numRuns: 10_000, seed });
    const { parquet, events } = await parse(
      await taskFor([textOf(lines.slice(0, 4000)), textOf(lines.slice(4000))]),
    );
    expect(events).toBe(10_000);
    await expectRows(parquet, lines);
  });
});

describe('a Parquet file', () => {
  it('has the columns and types that are documented, row groups fit for scanning, and zstd', async () => {
    const { parquet } = await parse(await taskFor(['{"uuid":"u"}\n'.repeat(50_000)]));
    const [file = ''] = parquet.map((part) => part.file);
    const described = await queryRows(`DESCRIBE SELECT * FROM read_parquet('${file}')`);
    const types = {
      string: 'VARCHAR',
      json: 'VARCHAR',
      bigint: 'BIGINT',
      double: 'DOUBLE',
      boolean: 'BOOLEAN',
      timestamp: 'TIMESTAMP',
    };
    expect(described.map((row) => [row['column_name'], row['column_type']])).toEqual([
      ...parquetColumns.map(({ name, kind }) => [name, types[kind]]),
      ['other_keys', 'VARCHAR'],
      ['_airbyte_raw_id', 'VARCHAR'],
      ['_airbyte_extracted_at', 'TIMESTAMP'],
      ['_airbyte_meta', 'VARCHAR'],
      ['_airbyte_generation_id', 'BIGINT'],
    ]);
    const groups = await queryRows(
      `SELECT DISTINCT row_group_id, row_group_num_rows AS rows, compression FROM parquet_metadata('${file}') ORDER BY 1`,
    );
    expect(new Set(groups.map(({ compression }) => compression))).toEqual(new Set(['ZSTD']));
    // DuckDB ends a group at the end of what it reads at once.
    const rows = groups.map((group) => Number(group['rows']));
    expect(rows.slice(0, -1).filter((count) => count < 10_240 || count >= 10_240 + 2048)).toEqual([]);
    expect(rows).toHaveLength(5);
  });

  it('has the four columns of Airbyte', async () => {
    const { parquet } = await parse(await taskFor(['{"uuid":"a\\u0062"}\n{}\n']));
    const rows = await queryRows(
      `SELECT _airbyte_raw_id AS id, CAST(_airbyte_extracted_at AS VARCHAR) AS at, _airbyte_meta AS meta, _airbyte_generation_id AS generation FROM read_parquet('${parquet[0]?.file}')`,
    );
    const rest = { at: '2026-01-01 09:00:00.123', meta: '{}', generation: 0n };
    expect(rows).toEqual([
      { id: 'ab', ...rest },
      { id: null, ...rest },
    ]);
  });

  it('leaves rejected and blank lines out, and lines that are too long', async () => {
    const task = await taskFor(['{"app":1}\n\nbad\n{"app":2}', `{"city":"${'x'.repeat(2000)}"}\n`, ' \n']);
    const { parquet, events, rejected } = await parse({ ...task, maxLineBytes: 1000 });
    expect({ events, rejected }).toEqual({ events: 2, rejected: 2 });
    await expectRows(parquet, ['{"app":1}', '{"app":2}']);
  });

  it('holds lines of many MiB', async () => {
    const lines = [
      `{"city":"${'é'.repeat(8 * MiB)}"}`,
      '{"app":1}',
      `{"new":["${'x'.repeat(32 * MiB)}"],"app":2}`,
    ];
    const { parquet } = await parse(await taskFor([textOf(lines)]));
    await expectRows(parquet, lines);
  });

  it('is written in a folder whose name is a pattern or has a quote', async () => {
    const folder = join(await temporaryFolder(), "dt=a [b]*?'c");
    await mkdir(folder);
    const { parquet } = await parse(await taskFor(['{"app":1}\n'], folder));
    await expectRows(parquet, ['{"app":1}']);
  });

  it('is all that is left of the work, and there is none without events', async () => {
    const task = await taskFor(['{"app":1}\n', 'bad\n']);
    const { parquet } = await parse(task);
    expect(parquet.map(({ file }) => file)).toEqual([join(task.folder, 'parquet-0-0')]);
    expect((await readdir(task.folder)).filter((name) => !/^(export|rejected|events)/.test(name))).toEqual([
      'parquet-0-0',
    ]);
    expect((await parse(await taskFor(['bad\n', '']))).parquet).toEqual([]);
  });
});

it('a cancelled hour ends its threads while DuckDB works, and the pool goes on', async () => {
  const task = await taskFor([`{"city":"${'x'.repeat(1000)}"}\n`.repeat(200_000), '{"app":1}\n']);
  const pool = new ParsePool(1);
  onTestFinished(() => pool.close());
  const abort = new AbortController();
  const running = parseHour(task, pool, () => undefined, abort.signal);
  running.catch(() => undefined);
  await expect.poll(() => existsSync(join(task.folder, 'parquet-0-0')), { interval: 1 }).toBe(true);
  abort.abort(new Error('enough'));
  await expect(running).rejects.toThrow('enough');
  const next = await taskFor(['{"app":1}\n']);
  await expectRows((await parseHour(next, pool, () => undefined, never)).parquet, ['{"app":1}']);
});

it('a pool that closes ends a thread in which DuckDB works', async () => {
  const task = await taskFor([`{"city":"${'x'.repeat(1000)}"}\n`.repeat(200_000)]);
  const pool = new ParsePool(1);
  const running = parseHour(task, pool, () => undefined, never);
  running.catch(() => undefined);
  await expect.poll(() => existsSync(join(task.folder, 'parquet-0-0')), { interval: 1 }).toBe(true);
  await pool.close();
  await expect(running).rejects.toMatchObject({ type: 'ParseThreadCrashed' });
});

it('a large hour has several files, in the order of its lines', async () => {
  // Two gigabytes would make several groups. These 600 MB are one, whose rows are too many for a file.
  const filler = randomBytes(15_000).toString('base64');
  const lines = Array.from({ length: 30_000 }, (_, index) => `{"event_id":${index},"data":["${filler}"]}`);
  const task = await taskFor([textOf(lines.slice(0, 16_000)), textOf(lines.slice(16_000))]);
  const { parquet } = await parse(task);
  expect(parquet.length).toBeGreaterThan(2);
  const ids: unknown[] = [];
  for (const { file } of parquet)
    ids.push(
      ...(await queryRows(`SELECT event_id FROM read_parquet('${file}')`)).map((row) => row['event_id']),
    );
  expect(ids).toEqual(lines.map((_, index) => BigInt(index)));
});
