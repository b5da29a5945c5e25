import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { hourSinks } from '../../worker/metrics/hour-sinks.ts';
import { makeNextVersion, type VersionChange } from '../support/next-version.ts';

let folder: string;

beforeAll(async () => {
  Runtime.install({ logger: new DefaultLogger('ERROR') });
  folder = await mkdtemp(join(tmpdir(), 'amplitude-export-next-'));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

/** Goes on with a recorded run on a worker of the next version. */
async function goOnWith(change: VersionChange): Promise<void> {
  const program = await makeNextVersion(await mkdtemp(join(folder, 'build-')), change);
  const workflowBundle = { codePath: join(dirname(program), '../workflow-bundle.js') };
  const history: unknown = JSON.parse(await readFile('test/replay/histories/export-interval.json', 'utf8'));
  await Worker.runReplayHistory({ workflowBundle, sinks: hourSinks(undefined) }, history);
}

it('the next version goes on with a run when its new step is patched', async () => {
  await expect(goOnWith('patched')).resolves.toBeUndefined();
});

it('without the patch it does not, so only worker versions keep such runs going', async () => {
  await expect(goOnWith('unpatched')).rejects.toThrow(/[Nn]ondeterminism/);
});
