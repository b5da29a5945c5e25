import { PutObjectCommand } from '@aws-sdk/client-s3';
import { beforeEach, describe, expect, it } from 'vitest';
import { hourFolder, manifestKey } from '../../bronze/keys.ts';
import { Ledger } from '../../bronze/ledger.ts';
import type { Output } from '../../bronze/common-manifest.ts';
import type { Manifest } from '../../bronze/manifest.ts';
import { parseHourWindow, type HourWindow } from '../../core/hour-window.ts';
import { ActivityAttempt, openActivityWorker, prepareUpload } from '../support/activity-worker.ts';
import { landed, served } from '../support/landed-lines.ts';
import { connectS3Through, readObject } from '../support/s3.ts';
import { openSharedActivityWorker } from '../support/shared-activity-worker.ts';

/** Called before the storage answers a GET of a raw archive. */
let beforeRawIsRead: () => Promise<unknown> = async () => undefined;

const client = connectS3Through(async ({ name, key }, send) => {
  if (name === 'GetObjectCommand' && key.includes('/raw/')) await beforeRawIsRead();
  return send();
});
const { pipeline, worker } = await openSharedActivityWorker({}, client);
const { bucket, prefix } = pipeline;
let runs = 0;
let requestsBefore = 0;

beforeEach(() => {
  pipeline.api.setFaults([]);
  beforeRawIsRead = async () => undefined;
  requestsBefore = pipeline.api.requests.length;
});

const at = (hour: string): HourWindow => parseHourWindow(`2026-04-09T${hour}`);

/** One attempt of an activity in the present run. */
function attempt(activityType: string): ActivityAttempt {
  const workflowExecution = { workflowId: 'test-workflow', runId: `run-${runs}` };
  return new ActivityAttempt({ workflowExecution, activityType });
}

interface How {
  readonly rawFirst?: true;
  readonly force?: true;
}

/** Begins a run of its own: takes an hour through extract and parse. Returns the input of its upload. */
async function prepare(window: HourWindow, { rawFirst, force }: How = {}, by = worker) {
  runs += 1;
  const task = await prepareUpload(by, { window, round: 1, ...(rawFirst && { rawFirst }) }, attempt);
  return { ...task, ...(force && { force }) };
}

/** Lands an hour in a run of its own. */
async function land(window: HourWindow, how: How = {}, by = worker) {
  const task = await prepare(window, how, by);
  return attempt('upload').run(by.activities.upload, task);
}

function requested(): string[] {
  return pipeline.api.requests.slice(requestsBefore).map(({ start }) => start);
}

async function manifestOf(window: HourWindow): Promise<Manifest> {
  const manifest = (await new Ledger(bucket, prefix).read([window])).get(window);
  if (manifest === undefined) throw new Error(`${window} has not landed`);
  return manifest;
}

function outputOf({ window, outputs }: Manifest, wanted: Output['format']): Output {
  const output = outputs.find(({ format }) => format === wanted);
  if (output === undefined) throw new Error(`${window} has no ${wanted}`);
  return output;
}

/** Replaces the manifest of an hour, as if it had landed with these outputs only. */
async function keepOutputs(window: HourWindow, keep: (output: Output) => boolean): Promise<Manifest> {
  const manifest = await manifestOf(window);
  const kept = { ...manifest, outputs: manifest.outputs.filter(keep) };
  await bucket.putText(manifestKey(prefix, window), JSON.stringify(kept), 'application/json');
  return kept;
}

/** Changes the last byte of an object. */
async function damage(key: string): Promise<void> {
  const Body = Uint8Array.from(await readObject(bucket, key));
  Body[Body.length - 1] = (Body.at(-1) ?? 0) ^ 1;
  await bucket.client.send(new PutObjectCommand({ Bucket: bucket.name, Key: key, Body }));
}

async function expectServed(window: HourWindow): Promise<void> {
  expect(await landed(bucket, await manifestOf(window))).toEqual(served(pipeline.sample, window));
}

describe('an hour that lands again from its raw archive', () => {
  it('makes a missing output, with the same lines and source, and asks the source nothing', async () => {
    const window = at('17');
    await land(window);
    const before = await keepOutputs(window, ({ format }) => format !== 'events');
    pipeline.api.setFaults([`${window}=404`]);
    requestsBefore = pipeline.api.requests.length;
    expect(await land(window, { rawFirst: true })).toMatchObject({ outcome: 'landed', eventsBefore: null });
    expect(requested()).toEqual([]);
    const { digest, source, members, events, rejected, outsideWindow } = before;
    const after = await manifestOf(window);
    expect(after).toMatchObject({ digest, source, members, events, rejected, outsideWindow });
    expect(after).toMatchObject({ revision: before.revision + 1, eventsBefore: null });
    await expectServed(window);
  });

  it('with force replaces its objects', async () => {
    const window = at('05');
    await land(window);
    const before = await manifestOf(window);
    await bucket.delete([outputOf(before, 'events').key]);
    pipeline.api.setFaults([`${window}=404`]);
    requestsBefore = pipeline.api.requests.length;
    await land(window, { rawFirst: true, force: true });
    expect(requested()).toEqual([]);
    expect(await manifestOf(window)).toMatchObject({ digest: before.digest, source: before.source });
    await expectServed(window);
  });

  it('stays as it is when it lacks nothing', async () => {
    const window = at('06');
    await land(window);
    const before = await manifestOf(window);
    expect(await land(window, { rawFirst: true })).toMatchObject({ outcome: 'unchanged' });
    expect(await manifestOf(window)).toEqual(before);
  });

  it('keeps the archive when OUTPUTS does not ask for it', async () => {
    const window = at('07');
    await land(window);
    const before = await keepOutputs(window, ({ format }) => format !== 'events');
    const eventsOnly = await openActivityWorker(pipeline, { OUTPUTS: 'events' });
    await land(window, { rawFirst: true }, eventsOnly);
    await eventsOnly.close();
    const { bytes, sha256 } = outputOf(before, 'raw');
    expect(outputOf(await manifestOf(window), 'raw')).toMatchObject({ bytes, sha256 });
    await expectServed(window);
  });

  it('is in the operation log', async () => {
    const window = at('08');
    await land(window);
    const { key, bytes } = outputOf(await manifestOf(window), 'raw');
    await land(window, { rawFirst: true });
    const log = await bucket.getText(`${hourFolder(prefix, 'logs', window)}run-${runs}-extract-1.csv`);
    expect(log?.text).toMatch(new RegExp(`,read-raw,${key},${bytes},,\\d+,,ok,,$`, 'm'));
    expect(log?.text).not.toContain(',request,');
  });
});

describe('an hour whose raw archive cannot be read', () => {
  it('is retried, and the source is not asked: a failure of the storage is no damage', async () => {
    const window = at('12');
    await land(window);
    requestsBefore = pipeline.api.requests.length;
    beforeRawIsRead = async () => {
      const $metadata = { httpStatusCode: 500 };
      throw Object.assign(new Error('no'), { name: 'InternalError', $metadata });
    };
    await expect(land(window, { rawFirst: true, force: true })).rejects.toMatchObject({
      type: 'BucketUnavailable',
      nonRetryable: false,
    });
    expect(requested()).toEqual([]);
    expect(await worker.workFolders()).toEqual([]);
  });
});

describe('an hour whose raw archive cannot be used', () => {
  it.each([
    ['has a changed byte', '01', async ({ key }: Output) => damage(key)],
    ['is gone', '02', async ({ key }: Output) => bucket.delete([key])],
    [
      'is not in its manifest',
      '04',
      async ({ key }: Output) => {
        await keepOutputs(at('04'), (output) => output.key !== key);
      },
    ],
  ])('comes from the source when it %s', async (_, hour, harm) => {
    const window = at(hour);
    await land(window);
    const before = await manifestOf(window);
    await harm(outputOf(before, 'raw'));
    expect(await land(window, { rawFirst: true, force: true })).toMatchObject({ outcome: 'landed' });
    expect(requested()).toEqual([window, window]);
    const { digest, source, outputs } = await manifestOf(window);
    expect({ digest, outputs: outputs.length }).toEqual({
      digest: before.digest,
      outputs: before.outputs.length,
    });
    expect(source.fetchedAt > before.source.fetchedAt).toBe(true);
    await expectServed(window);
  });

  it('stays as it is when the source has it no longer, and the error names both reasons', async () => {
    const window = at('09');
    await land(window);
    const before = await manifestOf(window);
    const raw = outputOf(before, 'raw');
    await damage(raw.key);
    pipeline.api.setFaults([`${window}=404`]);
    await expect(land(window, { rawFirst: true, force: true })).rejects.toMatchObject({
      type: 'HourVanished',
      message: `Amplitude has no data (404) for ${window}, which landed with ${before.events} events, and its raw archive in the bucket cannot be used (its SHA-256 is not that of the landed object); nothing was changed`,
    });
    expect(await manifestOf(window)).toEqual(before);
    const log = await bucket.getText(`${hourFolder(prefix, 'logs', window)}run-${runs}-extract-1.csv`);
    expect(log?.text).toMatch(/,read-raw,.*,failed,its SHA-256 is not that of the landed object,$/m);
    expect(await worker.workFolders()).toEqual([]);
  });

  it('is asked for like any other when it has not landed', async () => {
    const window = at('10');
    await land(window, { rawFirst: true });
    expect(requested()).toEqual([window]);
    await expectServed(window);
  });
});

describe('an hour that lands again while its raw archive is used', () => {
  it('keeps the newer lines', async () => {
    const window = at('11');
    await land(window);
    const task = await prepare(window, { rawFirst: true, force: true });
    pipeline.api.setFaults([`${window}=changed`]);
    await land(window);
    const newer = await manifestOf(window);
    expect(await attempt('upload').run(worker.activities.upload, task)).toMatchObject({
      outcome: 'outdated',
    });
    expect(await manifestOf(window)).toEqual(newer);
  });

  it('is tried again when the newer landing has removed the archive', async () => {
    const window = at('13');
    await land(window);
    beforeRawIsRead = async () => {
      beforeRawIsRead = async () => undefined;
      pipeline.api.setFaults([`${window}=changed`]);
      await land(window);
    };
    await expect(land(window, { rawFirst: true, force: true })).rejects.toMatchObject({
      type: 'CommitContended',
      nonRetryable: false,
    });
    const newer = await manifestOf(window);
    pipeline.api.setFaults([`${window}=404`]);
    expect(await land(window, { rawFirst: true, force: true })).toMatchObject({ outcome: 'landed' });
    expect(await manifestOf(window)).toMatchObject({ digest: newer.digest, source: newer.source });
  });
});
