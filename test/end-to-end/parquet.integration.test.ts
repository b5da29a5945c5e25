import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { HeadObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Ledger } from '../../bronze/ledger.ts';
import type { Output } from '../../bronze/common-manifest.ts';
import type { Manifest } from '../../bronze/manifest.ts';
import type { HourWindow } from '../../core/hour-window.ts';
import { hoursOf, parseInterval } from '../../core/interval.ts';
import { temporaryFolder } from '../support/archives.ts';
import { runVerb } from '../support/command-line.ts';
import { expectedRow } from '../support/expected-cells.ts';
import { served } from '../support/landed-lines.ts';
import { parquetRows } from '../support/parquet-rows.ts';
import { openPipeline, type Pipeline } from '../support/pipeline.ts';
import { readObject } from '../support/s3.ts';

/** Hours with an empty one, and one with rejected lines. */
const interval = parseInterval({ start: '2026-01-01T02', end: '2026-01-01T17' });
const range = ['--from', interval.start, '--to', interval.end];
let pipeline: Pipeline;
let manifests: ReadonlyMap<string, Manifest>;

beforeAll(async () => {
  pipeline = await openPipeline();
  await pipeline.startWorker({ OUTPUTS: 'raw,events,parquet', HOUR_RETRY_FOR: '3s' });
  const { code, err } = await runVerb(['run', ...range], pipeline.env);
  if (code !== 0) throw new Error(err);
  manifests = await new Ledger(pipeline.bucket, pipeline.prefix).read(hoursOf(interval));
});

afterAll(() => pipeline.close());

function manifestOf(window: HourWindow): Manifest {
  const manifest = manifests.get(window);
  if (manifest === undefined) throw new Error(`${window} has no manifest`);
  return manifest;
}

function parquetOf({ outputs }: Manifest): Output[] {
  return outputs.filter(({ format }) => format === 'parquet');
}

it('every hour has its events as Parquet, and says so in its manifest', () => {
  const rows = [...manifests.values()].map((manifest) => ({
    events: manifest.events,
    rows: parquetOf(manifest).reduce((sum, { events }) => sum + events, 0),
  }));
  expect(rows).toHaveLength(16);
  expect(rows.filter(({ events, rows }) => rows !== events)).toEqual([]);
  expect(rows.filter(({ events }) => events === 0)).toHaveLength(1);
});

it('the rows in the bucket are the lines that were sent', async () => {
  const folder = await temporaryFolder();
  for (const window of hoursOf(interval).slice(-2)) {
    const files = await Promise.all(
      parquetOf(manifestOf(window)).map(async ({ key }, index) => {
        const file = join(folder, `${window}-${index}`);
        await writeFile(file, await readObject(pipeline.bucket, key));
        return file;
      }),
    );
    const rows = new Map((await parquetRows(files)).map((row) => [row['uuid'], row]));
    const lines = served(pipeline.sample, window).events.map((line) =>
      Buffer.from(line, 'latin1').toString(),
    );
    expect(rows.size).toBe(lines.length);
    for (const line of lines) {
      const { values } = expectedRow(line);
      expect(rows.get(values['uuid'] ?? null)).toMatchObject(values);
    }
  }
});

it('the objects have the type of Parquet', async () => {
  const [output] = parquetOf(manifestOf(interval.end));
  const head = await pipeline.bucket.client.send(
    new HeadObjectCommand({ Bucket: pipeline.bucket.name, Key: output?.key }),
  );
  expect(output?.key).toMatch(
    /^amplitude\/parquet\/dt=2026-01-01\/hour=17\/part-0000-[0-9a-f]{12}\.parquet$/,
  );
  expect(head.ContentType).toBe('application/vnd.apache.parquet');
});

it('verify finds no problem, with --deep too, and one when a file is gone', async () => {
  const whole = await runVerb(['verify', ...range, '--deep'], pipeline.env);
  expect(whole.out).toMatch(/no problems\n$/);
  const key = parquetOf(manifestOf(interval.end))[0]?.key ?? '';
  await pipeline.bucket.delete([key]);
  const { code, out } = await runVerb(['verify', ...range, '--json'], pipeline.env);
  expect(code).toBe(1);
  expect(JSON.parse(out)).toMatchObject({ findings: [{ kind: 'object-missing', key }] });
});
