import type { Client } from '@temporalio/client';
import { expect, it } from 'vitest';
import { waitingForWorker } from '../../../client/runs/waiting-for-worker.ts';
import type { QueueVersions } from '../../../core/queue-builds.ts';

const PINNED = 1;

/** A client of a server on which workers with these builds poll; an empty text is a worker without a build. */
function clientOf(listening: readonly string[], versions: QueueVersions = {}, pinnedTo?: string): Client {
  const pollers = listening.map((buildId) => ({ deploymentOptions: buildId === '' ? null : { buildId } }));
  const versioningInfo =
    pinnedTo === undefined ? {} : { behavior: PINNED, deploymentVersion: { buildId: pinnedTo } };
  return {
    options: { namespace: 'default' },
    workflowService: { describeTaskQueue: async () => ({ pollers, versioningInfo: versions }) },
    workflow: {
      getHandle: () => ({ describe: async () => ({ raw: { workflowExecutionInfo: { versioningInfo } } }) }),
    },
  } as unknown as Client;
}

const current = (buildId: string): QueueVersions => ({ currentDeploymentVersion: { buildId } });
const ramping = (percentage: number): QueueVersions => ({
  ...current('1'),
  rampingDeploymentVersion: { buildId: '2' },
  rampingVersionPercentage: percentage,
});

it.each<[string, Client]>([
  ['no version, a worker without a build', clientOf([''])],
  ['a current version and its worker', clientOf(['1'], current('1'))],
  ['old and new workers', clientOf(['1', '2'], current('2'))],
  ['a ramp, and workers of both versions', clientOf(['1', '2'], ramping(10))],
  ['a ramp of all runs, and only its workers', clientOf(['2'], ramping(100))],
  ['a run that stays with an old version whose workers are there', clientOf(['1'], current('2'), '1')],
])('says nothing with %s', async (_, client) => {
  expect(await waitingForWorker(client, 'exports', 'run-1')).toBeUndefined();
});

it.each<[string, Client, string]>([
  [
    'no worker',
    clientOf([]),
    'none listens on the task queue exports; start one with "amplitude-export worker"',
  ],
  [
    'no current version',
    clientOf(['1', '2']),
    'a worker with no build: those on the task queue exports have build 1 or build 2;',
  ],
  [
    'workers without a build only',
    clientOf([''], current('2')),
    'a worker with build 2: those on the task queue exports have no build;',
  ],
  [
    'workers of the ramp only',
    clientOf(['2'], ramping(10)),
    'a worker with build 1: those on the task queue exports have build 2;',
  ],
  ['a ramp of nothing', clientOf(['2'], ramping(0)), 'a worker with build 1:'],
])('names the build that is missing with %s', async (_, client, text) => {
  expect(await waitingForWorker(client, 'exports', 'run-1')).toContain(text);
});

it('does not offer another version for a run that stays with its own', async () => {
  const message = await waitingForWorker(clientOf(['2'], current('2'), '1'), 'exports', 'run-1');
  expect(message).toBe(
    'waiting for a worker with build 1: those on the task queue exports have build 2; start one',
  );
});
