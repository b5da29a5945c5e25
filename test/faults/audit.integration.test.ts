import { gunzipSync, gzipSync } from 'node:zlib';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { Ledger } from '../../bronze/ledger.ts';
import { parseHourWindow } from '../../core/hour-window.ts';
import { ActivityAttempt, openActivityWorker, prepareUpload } from '../support/activity-worker.ts';
import { temporaryFolder } from '../support/archives.ts';
import { readObject } from '../support/landed-lines.ts';
import { ndjsonLines } from '../support/ndjson-lines.ts';
import { openPipeline, type Pipeline } from '../support/pipeline.ts';
import { abandonUpload } from '../support/s3.ts';
import { auditScenario } from './audit-scenario.ts';
import { auditHours, countLeftOver, NOTHING } from './audit.ts';
import type { FaultSuite } from './fault-group.ts';
import { couldNotRun, faultTable, verdictOn } from './fault-table.ts';
import { noRule } from './proxy/disruptions.ts';
import { openScenario, type Scenario } from './scenario.ts';

const window = parseHourWindow('2026-04-07T01');
const windows = [window];

let pipeline: Pipeline;
let events = 0;
/** One of the hour's objects, and its lines. */
let key = '';
let lines: string[] = [];

beforeAll(async () => {
  pipeline = await openPipeline();
  const worker = await openActivityWorker(pipeline);
  const task = await prepareUpload(worker, { window, round: 1 });
  await new ActivityAttempt().run(worker.activities.upload, task);
  await worker.close();
  const manifest = (await new Ledger(pipeline.bucket, pipeline.prefix).read(windows)).get(window);
  events = manifest?.events ?? 0;
  key = manifest?.outputs.find(({ format }) => format === 'events')?.key ?? '';
  lines = ndjsonLines(gunzipSync(await readObject(pipeline.bucket, key)));
});

afterAll(() => pipeline.close());

async function store(content: readonly string[]): Promise<void> {
  const Body = gzipSync(Buffer.from(`${content.join('\n')}\n`, 'latin1'));
  await pipeline.bucket.client.send(new PutObjectCommand({ Bucket: pipeline.bucket.name, Key: key, Body }));
}

describe('the audit of a fault', () => {
  it('finds nothing in an hour that landed', async () => {
    const audit = await auditHours(pipeline, windows);
    expect(audit).toEqual({
      hours: 1,
      events,
      lost: 0,
      duplicated: 0,
      manifests: 1,
      leftOver: 0,
    });
    expect(await countLeftOver(pipeline, windows)).toBe(0);
  });

  it('finds an hour without a manifest, whose lines are all lost, as events and in the archive', async () => {
    const other = parseHourWindow('2026-04-07T02');
    const { events, lost, manifests } = await auditHours(pipeline, [other]);
    expect({ lost, manifests }).toEqual({ lost: 2 * events, manifests: 0 });
  });

  it('finds objects and uploads that no manifest names', async () => {
    const orphan = key.replace(/part-.*/, 'part-0000-00000000000a.json.gz');
    await pipeline.bucket.putText(orphan, 'orphan', 'text/plain');
    await abandonUpload(pipeline.bucket, orphan);
    expect(await auditHours(pipeline, windows)).toMatchObject({ manifests: 1, leftOver: 2 });
    expect(await countLeftOver(pipeline, windows)).toBe(2);
  });

  it('finds a missing line, a duplicated line, and a changed line', async () => {
    const [first = '', second = '', third = '', ...rest] = lines;
    await store([second, third, ...rest]);
    expect(await auditHours(pipeline, windows)).toMatchObject({ lost: 1, duplicated: 0, manifests: 0 });
    await store([first, second, second, third, ...rest]);
    expect(await auditHours(pipeline, windows)).toMatchObject({ lost: 0, duplicated: 1, manifests: 0 });
    await store([`${first} `, second, third, ...rest]);
    expect(await auditHours(pipeline, windows)).toMatchObject({ lost: 1, duplicated: 1, manifests: 0 });
  });
});

describe('a row of the table', () => {
  const clean = {
    fault: 'x',
    injected: 1,
    hours: 2,
    events: 3,
    lost: 0,
    duplicated: 0,
    manifests: 2,
    leftOver: 0,
  };

  it.each([
    { lost: 1 },
    { duplicated: 1 },
    { manifests: 1 },
    { leftOver: 1 },
    { problem: 'something went wrong' },
    { injected: 0, lost: 1 },
    { injected: 0, problem: 'something went wrong' },
  ])('is not clean with %j', (change) => {
    expect(verdictOn(clean)).toBe('clean');
    expect(verdictOn({ ...clean, ...change })).toBe('NOT CLEAN');
    const table = faultTable([clean, { ...clean, ...change }]);
    expect(table.match(/NOT CLEAN|COULD NOT RUN/g)).toEqual(['NOT CLEAN']);
  });

  it('could not run when its fault did not happen or its worker did not start, and says why', () => {
    const idle = { ...clean, injected: 0 };
    const absent = couldNotRun('y', 'the worker ended');
    expect([idle, absent].map(verdictOn)).toEqual(['COULD NOT RUN', 'COULD NOT RUN']);
    const table = faultTable([clean, idle, absent]);
    expect(table).toMatch(/^x +0 .* <- COULD NOT RUN: the fault did not happen$/m);
    expect(table).toMatch(/^y +0 .* <- COULD NOT RUN: the worker ended$/m);
    expect(table).not.toContain('NOT CLEAN');
  });
});

describe('a scenario', () => {
  it('whose worker does not start could not run, and is closed', async () => {
    const folder = await temporaryFolder();
    const { s3, temporalAddress: address } = { s3: inject('s3'), temporalAddress: inject('temporalAddress') };
    const servers = { s3, temporal: { address } } as Pick<FaultSuite, 's3' | 'temporal'>;
    const suite = {
      ...servers,
      folder,
      seed: '1',
      quick: true,
      open: new Set<Scenario>(),
      say: () => undefined,
    };
    const scenario = await openScenario(suite, 'a worker without a work folder');
    const row = await auditScenario(scenario, 'x', async () => {
      await scenario.startWorker(noRule, { WORK_DIR: '/dev/null/none' });
      return 1;
    });
    expect(row).toMatchObject({
      injected: 0,
      ...NOTHING,
      couldNotRun: expect.stringMatching(/ConfigurationInvalid.*WORK_DIR/s) as string,
    });
    expect(suite.open.size).toBe(0);
  });
});
