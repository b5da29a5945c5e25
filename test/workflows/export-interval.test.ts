import { ApplicationFailure } from '@temporalio/activity';
import { Client, Connection, type WorkflowHandle } from '@temporalio/client';
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import type { HostActivities, SharedActivities } from '../../activities/index.ts';
import { hoursOf, MAX_INTERVAL_HOURS } from '../../core/interval.ts';
import { workflowBundlePath } from '../../worker/workflow-bundle.ts';
import type { IntervalProgress } from '../../workflows/progress.ts';

const taskQueue = `workflows-${Date.now()}`;

/** What the stand-ins for the activities were asked to do, in order. */
let calls: string[];
/** How an activity fails, by what it would be noted as. */
let failures: Map<string, ApplicationFailure>;
/** What happens while an extract is under way. */
let beforeExtractEnds: () => Promise<unknown>;
let inFlight: number;
let peak: number;

function note(call: string): void {
  calls.push(call);
  const failure = failures.get(call);
  if (failure !== undefined) throw failure;
}

const activities: SharedActivities & HostActivities = {
  plan: async ({ start, end }) => {
    note(`plan ${start} ${end}`);
    return { hours: hoursOf({ start, end }), landedBefore: 0, hourConcurrency: 3, hourDueAfterMs: 0 };
  },
  extract: async ({ window, pass }) => {
    inFlight += 1;
    peak = Math.max(peak, inFlight);
    note(`extract ${window} ${pass}`);
    await beforeExtractEnds();
    const source = { host: 'test', httpStatus: 200, bytes: 1, sha256: '', fetchedAt: '' };
    return { hostTaskQueue: taskQueue, folder: window, source };
  },
  parse: async ({ window, pass }) => {
    note(`parse ${window} ${pass}`);
    return { members: 1, events: 1, rejected: 0, unpackedBytes: 1 };
  },
  upload: async ({ window, pass }) => {
    note(`upload ${window} ${pass}`);
    inFlight -= 1;
    return {
      outcome: 'landed',
      status: 'complete',
      revision: 1,
      events: 2,
      rejected: 1,
      bytes: 10,
      objects: 1,
    };
  },
  discard: async ({ folder }) => {
    note(`discard ${folder}`);
    inFlight -= 1;
  },
};

let client: Client;
let stop: () => Promise<void>;

beforeAll(async () => {
  Runtime.install({ logger: new DefaultLogger('ERROR') });
  const address = inject('temporalAddress');
  const connection = await Connection.connect({ address });
  const native = await NativeConnection.connect({ address });
  const worker = await Worker.create({
    connection: native,
    taskQueue,
    activities,
    workflowBundle: { codePath: workflowBundlePath },
  });
  const running = worker.run();
  client = new Client({ connection });
  stop = async () => {
    worker.shutdown();
    await running;
    await native.close();
    await connection.close();
  };
});

afterAll(() => stop());

beforeEach(() => {
  calls = [];
  failures = new Map();
  beforeExtractEnds = async () => undefined;
  inFlight = 0;
  peak = 0;
});

async function start(input: object): Promise<WorkflowHandle<() => Promise<IntervalProgress>>> {
  const workflowId = `${taskQueue}-${Math.random().toString(36).slice(2)}`;
  return client.workflow.start('exportInterval', { workflowId, taskQueue, args: [input] });
}

const interval = { start: '2026-05-01T00', end: '2026-05-01T07' };

describe('exportInterval', () => {
  it('takes every hour through extract, parse and upload, and adds up what landed', async () => {
    const progress = await (await start(interval)).result();
    expect(progress).toMatchObject({ hours: 8, landed: 8, failed: [], events: 16, rejected: 8, bytes: 80 });
    expect(calls).toHaveLength(1 + 3 * 8);
    expect(calls.filter((call) => call.includes('T05'))).toEqual([
      'extract 2026-05-01T05 1',
      'parse 2026-05-01T05 1',
      'upload 2026-05-01T05 1',
    ]);
  });

  it('has no more hours under way than the worker says', async () => {
    await (await start(interval)).result();
    expect(peak).toBeLessThanOrEqual(3);
  });

  it('has no more hours under way than its input says', async () => {
    await (await start({ ...interval, hourConcurrency: 1 })).result();
    expect(peak).toBe(1);
    expect(calls[1]).toBe('extract 2026-05-01T00 1');
    expect(calls.at(-1)).toBe('upload 2026-05-01T07 1');
  });

  it('goes on past an hour that fails, and fails at its end with that hour and the reason', async () => {
    failures.set('extract 2026-05-01T02 1', ApplicationFailure.nonRetryable('wrong keys', 'AccessDenied'));
    failures.set(
      'upload 2026-05-01T04 1',
      ApplicationFailure.nonRetryable('no such bucket', 'BucketMissing'),
    );
    await expect((await start(interval)).result()).rejects.toMatchObject({
      cause: {
        type: 'HoursFailed',
        message:
          '2 of 8 hours failed. 2026-05-01T02: AccessDenied: wrong keys; 2026-05-01T04: BucketMissing: no such bucket',
        details: [
          [
            { window: '2026-05-01T02', type: 'AccessDenied', message: 'wrong keys' },
            { window: '2026-05-01T04', type: 'BucketMissing', message: 'no such bucket' },
          ],
        ],
      },
    });
    expect(calls.filter((call) => call.startsWith('upload'))).toHaveLength(7);
    expect(calls.filter((call) => call.startsWith('discard'))).toEqual(['discard 2026-05-01T04']);
  });

  it('groups hours that failed for one reason, and names only some of them', async () => {
    for (let hour = 0; hour < 8; hour += 1) {
      failures.set(
        `extract 2026-05-01T0${hour} 1`,
        ApplicationFailure.nonRetryable('wrong keys', 'AccessDenied'),
      );
    }
    await expect((await start({ ...interval, hourConcurrency: 1 })).result()).rejects.toMatchObject({
      cause: {
        message:
          '8 of 8 hours failed. 2026-05-01T00, 2026-05-01T01, 2026-05-01T02 and 5 more: AccessDenied: wrong keys',
      },
    });
  });

  it("ends with the planning's own failure when it cannot plan", async () => {
    const call = `plan ${interval.start} ${interval.end}`;
    failures.set(call, ApplicationFailure.nonRetryable('the bucket is missing', 'BucketMissing'));
    await expect((await start(interval)).result()).rejects.toMatchObject({
      cause: { type: 'BucketMissing', message: 'the bucket is missing' },
    });
  });

  it('takes no more lanes than hours, however many it is allowed', async () => {
    expect(await (await start({ ...interval, hourConcurrency: 1e10 })).result()).toMatchObject({ landed: 8 });
  });

  it('keeps the history of its longest interval below the point where Temporal suggests a new run', async () => {
    const handle = await start({ start: '2026-05-01T00', end: '2026-05-07T23', hourConcurrency: 20 });
    expect(await handle.result()).toMatchObject({ landed: MAX_INTERVAL_HOURS });
    expect((await handle.describe()).historyLength).toBeLessThan(4096);
  });
});

describe('landHour', () => {
  const hour = { start: '2026-05-01T00', end: '2026-05-01T00' };

  it('removes the files of an extract that ends well although the run was cancelled meanwhile', async () => {
    const handle = await start(hour);
    beforeExtractEnds = () => handle.cancel();
    await expect(handle.result()).rejects.toMatchObject({ cause: { name: 'CancelledFailure' } });
    expect(calls.slice(1)).toEqual(['extract 2026-05-01T00 1', 'discard 2026-05-01T00']);
  });

  it('starts again from extract when the files are lost, and gives their place back', async () => {
    failures.set('parse 2026-05-01T00 1', ApplicationFailure.nonRetryable('gone', 'WorkFilesLost'));
    failures.set('upload 2026-05-01T00 2', ApplicationFailure.nonRetryable('damaged', 'MemberCorrupt'));
    expect(await (await start(hour)).result()).toMatchObject({ landed: 1 });
    expect(calls.slice(1)).toEqual([
      'extract 2026-05-01T00 1',
      'parse 2026-05-01T00 1',
      'discard 2026-05-01T00',
      'extract 2026-05-01T00 2',
      'parse 2026-05-01T00 2',
      'upload 2026-05-01T00 2',
      'discard 2026-05-01T00',
      'extract 2026-05-01T00 3',
      'parse 2026-05-01T00 3',
      'upload 2026-05-01T00 3',
    ]);
  });

  it('starts again when extract finds its own files gone', async () => {
    failures.set('extract 2026-05-01T00 1', ApplicationFailure.nonRetryable('gone', 'WorkFilesLost'));
    expect(await (await start(hour)).result()).toMatchObject({ landed: 1 });
    expect(calls.slice(1, 3)).toEqual(['extract 2026-05-01T00 1', 'extract 2026-05-01T00 2']);
  });

  it('gives up after five passes', async () => {
    for (let pass = 1; pass <= 5; pass += 1) {
      failures.set(
        `parse 2026-05-01T00 ${pass}`,
        ApplicationFailure.nonRetryable('damaged', 'MemberCorrupt'),
      );
    }
    await expect((await start(hour)).result()).rejects.toMatchObject({ cause: { type: 'HoursFailed' } });
    expect(calls.filter((call) => call.startsWith('extract'))).toHaveLength(5);
    expect(inFlight).toBe(0);
  });
});
