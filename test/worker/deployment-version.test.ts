import type { NativeConnection } from '@temporalio/worker';
import { expect, it } from 'vitest';
import type { WorkerSettings } from '../../config/settings.ts';
import type { QueueVersions } from '../../core/queue-builds.ts';
import { noNewRunsWarning } from '../../worker/deployment-version.ts';

/** The warning of a worker with this build, or none, when the server says this of the task queue. */
async function warningOf(
  buildId: string | undefined,
  versions: QueueVersions | Error,
): Promise<string | undefined> {
  const describeTaskQueue = async (): Promise<object> => {
    if (versions instanceof Error) throw versions;
    return { versioningInfo: versions };
  };
  const connection = { workflowService: { describeTaskQueue } } as unknown as NativeConnection;
  const settings = {
    temporal: { namespace: 'default' },
    taskQueue: 'exports',
    version: buildId === undefined ? undefined : { deploymentName: 'exports', buildId },
  } as WorkerSettings;
  return noNewRunsWarning(connection, settings);
}

const current: QueueVersions = { currentDeploymentVersion: { buildId: '1' } };
const ramping = { ...current, rampingDeploymentVersion: { buildId: '2' }, rampingVersionPercentage: 10 };

it.each<[string | undefined, string, QueueVersions | Error]>([
  [undefined, 'no version is current', {}],
  ['1', 'it is current', current],
  ['2', 'it gets a part of the runs', ramping],
  ['2', 'the server does not say', new Error('12 UNIMPLEMENTED')],
])('a worker with build %s does not warn when %s', async (buildId, _, versions) => {
  expect(await warningOf(buildId, versions)).toBeUndefined();
});

it('a worker of another version prints the command that gives it the new runs', async () => {
  expect(await warningOf('2', { ...ramping, rampingVersionPercentage: 0 })).toBe(
    'build 2 gets no new runs: workers with build 1 get them; to change that: temporal worker deployment set-current-version --deployment-name exports --build-id 2',
  );
  expect(await warningOf('2', {})).toContain('build 2 gets no new runs: workers with no build get them;');
});

it('a worker without a build warns that versions get the runs', async () => {
  expect(await warningOf(undefined, current)).toBe(
    'this worker has no WORKER_BUILD_ID, and gets no runs: workers with build 1 get them; to change that: temporal worker deployment set-current-version --deployment-name exports --unversioned',
  );
});
