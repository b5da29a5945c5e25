import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Ledger } from '../../bronze/ledger.ts';
import { hoursOf, parseInterval } from '../../core/interval.ts';
import { startScript, startVerb, type RunningVerb } from '../support/command-line.ts';
import { failedTasks, historiesOf, type History } from '../support/histories.ts';
import { makeNextVersion } from '../support/next-version.ts';
import { openPipeline, type Pipeline } from '../support/pipeline.ts';
import { temporalCommand } from '../support/temporal-command.ts';
import type { backfill } from '../../workflows/backfill.ts';
import { pauseUpdate, resumeUpdate } from '../../workflows/messages.ts';

const DAYS = parseInterval({ start: '2026-01-01T22', end: '2026-01-02T01' });

/** Source: temporal.api.enums.v1.RoutingConfigUpdateState. */
const PROPAGATED = 2;

let pipeline: Pipeline;
let folder: string;
let old: RunningVerb;
let next: RunningVerb | undefined;

beforeAll(async () => {
  pipeline = await openPipeline({ busyEvents: 200 });
  folder = await mkdtemp(join(tmpdir(), 'amplitude-export-next-'));
  // A step without a patch: a worker of one version cannot go on with a run of the other.
  const program = await makeNextVersion(folder, 'unpatched');
  old = await pipeline.startWorker({ WORKER_BUILD_ID: 'old' });
  next = startScript(program, ['worker'], { ...pipeline.env, WORKER_BUILD_ID: 'next' });
  await next.saying(/worker ready/);
});

afterAll(async () => {
  next?.child.kill('SIGKILL');
  await next?.ended;
  await pipeline.close();
  await rm(folder, { recursive: true, force: true });
});

/** Gives the command that a message has, and waits until all task queues know of it. */
async function doAsTold(message = ''): Promise<void> {
  const [command = ''] = /temporal worker deployment set-current-version .*/.exec(message) ?? [];
  await temporalCommand(`${command} --yes`);
  const { client, taskQueue } = pipeline;
  await expect
    .poll(
      async () => {
        const request = { namespace: 'default', deploymentName: taskQueue };
        const described = await client.workflowService.describeWorkerDeployment(request);
        return described.workerDeploymentInfo?.routingConfigUpdateState;
      },
      { timeout: 60_000 },
    )
    .toBe(PROPAGATED);
}

/** The builds that did the workflow tasks of a run. */
function buildsOf({ events }: History): string[] {
  const builds = (events ?? []).flatMap(
    ({ workflowTaskCompletedEventAttributes: completed }) => completed?.deploymentVersion?.buildId ?? [],
  );
  return [...new Set(builds)];
}

const startedType = ({ events }: History): string =>
  events?.[0]?.workflowExecutionStartedEventAttributes?.workflowType?.name ?? '';

it('without a current version, a run waits, and says for which worker', async () => {
  const run = startVerb(['run', '--from', '2026-01-01T03', '--to', '2026-01-01T03'], pipeline.env);
  await run.saying(
    /waiting for a worker with no build: .* have build (old or build next|next or build old);/,
  );
  await doAsTold(old.soFar().err);
  expect(await run.ended).toMatchObject({ code: 0 });
  const [history] = await historiesOf(pipeline);
  expect(buildsOf(history ?? { events: [] })).toEqual(['old']);
});

it('a run stays on its version, and a backfill goes over to the current one when it continues as new', async () => {
  const before = pipeline.api.requests.length;
  const { client, taskQueue } = pipeline;
  const run = await client.workflow.start<typeof backfill>('backfill', {
    workflowId: `${taskQueue}-backfill`,
    taskQueue,
    args: [{ ...DAYS, mode: 'missing', concurrency: 1 }],
  });
  // Paused before its first day, so that the upgrade comes in between, however fast this machine is.
  await run.executeUpdate(pauseUpdate);
  await doAsTold(next?.soFar().err);
  await run.executeUpdate(resumeUpdate);
  expect(await run.result()).toMatchObject({ landed: hoursOf(DAYS).length, failed: 0 });

  const histories = await historiesOf(pipeline);
  expect(histories.flatMap(failedTasks)).toEqual([]);
  for (const history of histories) expect(buildsOf(history)).toHaveLength(1);
  const backfills = histories.filter((history) => startedType(history) === 'backfill');
  expect(backfills.flatMap(buildsOf).toSorted()).toEqual(['next', 'old']);
  // No hour was exported twice.
  expect(pipeline.api.requests.length - before).toBe(hoursOf(DAYS).length);
  const landed = await new Ledger(pipeline.bucket, pipeline.prefix).read(hoursOf(DAYS));
  expect(landed.size).toBe(hoursOf(DAYS).length);
});

it('after a roll-back, new runs get the version before', async () => {
  await doAsTold(old.soFar().err);
  const { client, taskQueue } = pipeline;
  const workflowId = `${taskQueue}-after`;
  const args = [{ start: '2026-01-01T05', end: '2026-01-01T05' }];
  const run = await client.workflow.start('exportInterval', { workflowId, taskQueue, args });
  await run.result();
  expect(buildsOf(await run.fetchHistory())).toEqual(['old']);
});

it('only the shared task queue has versions', async () => {
  const { taskQueue } = pipeline;
  const described = await pipeline.client.workflowService.describeWorkerDeploymentVersion({
    namespace: 'default',
    deploymentVersion: { deploymentName: taskQueue, buildId: 'old' },
  });
  const queues = (described.versionTaskQueues ?? []).map(({ name }) => name);
  expect([...new Set(queues)]).toEqual([taskQueue]);
});
