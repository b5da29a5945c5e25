import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import { beforeAll, expect, it } from 'vitest';
import { hourSinks } from '../../worker/metrics/hour-sinks.ts';
import { temporaryFolder } from '../support/archives.ts';
import { makeNextVersion, type VersionChange } from '../support/next-version.ts';

beforeAll(() => Runtime.install({ logger: new DefaultLogger('ERROR') }));

/** Goes on with a recorded run on a worker of the next version. */
async function goOnWith(change: VersionChange): Promise<void> {
  const program = await makeNextVersion(await temporaryFolder(), change);
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
