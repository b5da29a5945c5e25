import type { RequestListener, ServerResponse } from 'node:http';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Ledger } from '../../bronze/ledger.ts';
import { parseHourWindow, type HourWindow } from '../../core/hour-window.ts';
import { eventLine, gzipLines, zipOf } from '../support/archives.ts';
import type { RunningVerb } from '../support/command-line.ts';
import { asText, type History } from '../support/histories.ts';
import { startHostileSource, type HostileSource } from '../support/hostile-source.ts';
import { openPipeline, type Pipeline } from '../support/pipeline.ts';

const at = (hour: number): HourWindow => parseHourWindow(`2026-01-01T0${hour}`);
const [FIRST, SECOND, THIRD] = [at(4), at(5), at(6)];
const archive = zipOf([{ name: '7/7_2026-01-01_5#0.json.gz', bytes: gzipLines(eventLine(1)) }]);
const sends: RequestListener = (_request, response) => void response.writeHead(200).end(archive);

let pipeline: Pipeline;
let source: HostileSource;
let env: Readonly<Record<string, string>>;

beforeEach(async () => {
  pipeline = await openPipeline();
  source = await startHostileSource();
  env = { AMP_EXPORT_URL: source.url, HOURS_PER_WORKER: '1' };
  for (const window of [FIRST, SECOND, THIRD]) source.answer(window, sends);
});

afterEach(async () => {
  await source.close();
  await pipeline.close();
});

/** The next request for this hour gets no answer until the returned function is called; later ones get one at once. */
function holdNext(window: HourWindow): () => void {
  let held: ServerResponse | undefined;
  source.answer(window, (_request, response) => {
    held = response;
    source.answer(window, sends);
  });
  return () => void held?.writeHead(200).end(archive);
}

async function startRun(start: HourWindow, end: HourWindow) {
  const { client, taskQueue } = pipeline;
  const workflowId = `${taskQueue}-run`;
  return client.workflow.start('exportInterval', { workflowId, taskQueue, args: [{ start, end }] });
}

/** The identities of the workers that took the activities of this type, in order. */
function takenBy({ events = [] }: History, activity: string): (string | null | undefined)[] {
  const ids = events?.flatMap(({ eventId, activityTaskScheduledEventAttributes: scheduled }) =>
    scheduled?.activityType?.name === activity ? String(eventId) : [],
  );
  return (events ?? []).flatMap(({ activityTaskStartedEventAttributes: started }) =>
    started && ids?.includes(String(started.scheduledEventId)) ? started.identity : [],
  );
}

const landed = async (): Promise<HourWindow[]> => {
  const ledger = new Ledger(pipeline.bucket, pipeline.prefix);
  return [...(await ledger.list({ start: FIRST, end: THIRD })).keys()];
};

async function expectCleanEnd(worker: RunningVerb, history: History): Promise<void> {
  expect(await worker.ended).toMatchObject({ code: 0 });
  expect(await pipeline.workFiles()).toEqual([]);
  // No other worker had to wait for a time-out to find out.
  expect(asText(history)).not.toMatch(/ScheduleToStart|SCHEDULE_TO_START/);
  expect((history.events ?? []).some((event) => event.activityTaskTimedOutEventAttributes)).toBe(false);
}

it('an hour whose download ends soon lands on the worker that leaves', async () => {
  const release = holdNext(FIRST);
  const leaving = await pipeline.startWorker(env);
  const run = await startRun(FIRST, FIRST);
  await expect.poll(() => source.asked(FIRST), { timeout: 30_000 }).toBe(1);
  await pipeline.startWorker(env);
  leaving.child.kill('SIGTERM');
  release();
  await run.result();
  const history = await run.fetchHistory();
  expect(new Set(['extract', 'parse', 'upload'].flatMap((step) => takenBy(history, step))).size).toBe(1);
  expect(source.asked(FIRST)).toBe(1);
  await expectCleanEnd(leaving, history);
});

it('hours that wait for a slot are handed back at once, and the one that takes too long after the grace time', async () => {
  // The first request gets no answer, for whichever hour it is.
  let held: HourWindow | undefined;
  for (const window of [FIRST, SECOND, THIRD])
    source.answer(window, (request, response) => {
      if (held === undefined) held = window;
      else sends(request, response);
    });
  const leaving = await pipeline.startWorker(env);
  const run = await startRun(FIRST, THIRD);
  // One has the only slot, two wait for it.
  const started = async (): Promise<number> =>
    ((await run.describe()).raw.pendingActivities ?? []).filter(({ lastStartedTime }) => lastStartedTime)
      .length;
  await expect.poll(started, { timeout: 30_000 }).toBe(3);
  await expect.poll(() => held, { timeout: 30_000 }).toBeDefined();
  await pipeline.startWorker(env);
  leaving.child.kill('SIGTERM');
  await expect.poll(landed, { timeout: 60_000 }).toHaveLength(2);
  expect(await landed()).not.toContain(held);
  expect(leaving.child.exitCode).toBeNull();
  await run.result();
  expect(await landed()).toHaveLength(3);
  const history = await run.fetchHistory();
  expect(asText(history)).toContain('hands the hour back');
  expect(takenBy(history, 'extract')).toHaveLength(6);
  await expectCleanEnd(leaving, history);
}, 180_000);

it('without another worker, a worker that leaves does not wait for the next step of its hours', async () => {
  const release = holdNext(FIRST);
  const leaving = await pipeline.startWorker(env);
  const run = await startRun(FIRST, FIRST);
  await expect.poll(() => source.asked(FIRST), { timeout: 30_000 }).toBe(1);
  leaving.child.kill('SIGTERM');
  release();
  expect(await leaving.ended).toMatchObject({ code: 0 });
  expect(await pipeline.workFiles()).toEqual([]);
  await pipeline.startWorker(env);
  await run.result();
  expect(await landed()).toEqual([FIRST]);
}, 180_000);
