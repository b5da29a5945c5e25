import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hourFolder } from '../../bronze/keys.ts';
import { parseHourWindow, type HourWindow } from '../../core/hour-window.ts';
import { runVerb, type RunningVerb } from '../support/command-line.ts';
import { activityFailures, failedHours, historiesOf, type History } from '../support/histories.ts';
import { startHostileSource, type HostileSource } from '../support/hostile-source.ts';
import { openPipeline, type Pipeline } from '../support/pipeline.ts';
import { refusedInputs } from '../support/refused-inputs.ts';

const windowOf = (index: number): HourWindow =>
  parseHourWindow(`2026-03-05T${String(index).padStart(2, '0')}`);
const cases = refusedInputs.map((input, index) => ({ ...input, window: windowOf(index) }));

let pipeline: Pipeline;
let source: HostileSource;
let worker: RunningVerb;
/** The stderr of one run over all these hours. */
let stderr: string;
let history: History;
let currentDetails: string;

beforeAll(async () => {
  pipeline = await openPipeline();
  source = await startHostileSource();
  for (const { window, answer } of cases) source.answer(window, answer);
  worker = await pipeline.startWorker({
    AMP_EXPORT_URL: source.url,
    HOUR_RETRY_FOR: '0s',
    HOUR_CONCURRENCY: String(cases.length),
    HOURS_PER_WORKER: String(cases.length),
  });
  const stop = removeFilesOf(cases.at(-1)?.window ?? windowOf(0));
  try {
    const range = ['--from', windowOf(0), '--to', windowOf(cases.length - 1)];
    ({ err: stderr } = await runVerb(['run', ...range], pipeline.env));
  } finally {
    await stop();
  }
  const { workflow } = pipeline.client;
  [history = { events: [] }] = await historiesOf(pipeline);
  const handle = workflow.getHandle(`${pipeline.taskQueue}-${windowOf(0)}-to-${windowOf(cases.length - 1)}`);
  ({ currentDetails } = await handle.query<{ currentDetails: string }>('__temporal_workflow_metadata'));
});

afterAll(async () => {
  await source.close();
  await pipeline.close();
});

/** Removes the work folders of an hour as soon as they exist. Returns a function that stops it. */
function removeFilesOf(window: HourWindow): () => Promise<void> {
  const stopped = new AbortController();
  const remove = async (): Promise<void> => {
    const folders = await readdir(pipeline.workDir, { recursive: true }).catch(() => []);
    for (const folder of folders.filter((path) => path.split('/').at(-1)?.startsWith(`${window}-`)))
      // The worker may write into the folder at this moment: the next call of `remove` removes these files.
      await rm(join(pipeline.workDir, folder), { recursive: true, force: true }).catch(() => undefined);
  };
  const removing = (async () => {
    while (!stopped.signal.aborted) {
      await remove();
      await setTimeout(5);
    }
  })();
  return async () => {
    stopped.abort();
    await removing;
  };
}

describe.each(cases)('$window, $what, is refused as $type', ({ window, type, reason, isRetried }) => {
  it('in the operation log', async () => {
    const folder = hourFolder(pipeline.prefix, 'logs', window);
    const logs = await pipeline.bucket.list(folder);
    const texts = await Promise.all(logs.map(async ({ key }) => (await pipeline.bucket.getText(key))?.text));
    // CSV doubles quotes inside a field.
    const rows = texts.join('').replaceAll('""', '"').split('\n');
    const failed = rows.filter((row) => row.includes(`,${window},`) && row.includes(',failed,'));
    expect(failed.filter((row) => row.includes(`${type}: `) && row.includes(reason))).not.toEqual([]);
  });

  it('in the Web UI: in the failure of the activity whose summary is the hour', () => {
    const last = activityFailures(history, window).at(-1);
    expect(last?.applicationFailureInfo?.type).toBe(isRetried ? 'RetriesExhausted' : type);
    expect(last?.message).toContain(reason);
    expect(last?.message).toContain(isRetried ? `${type}: ` : '');
  });

  it('in the Web UI: in the failure that ends the run', () => {
    const failed = failedHours(history).find((hour) => hour.window === window);
    expect(failed).toMatchObject({ type: isRetried ? 'RetriesExhausted' : type });
    expect(failed?.message).toContain(reason);
  });

  it('in the Web UI: in the current details of the run', () => {
    const lines = currentDetails.split('\n').filter((line) => line.startsWith(window));
    expect(lines).toEqual([expect.stringContaining(`${type}: `)]);
    expect(lines.join()).toContain(reason);
  });

  it('on the command line', () => {
    const lines = stderr.split('\n').filter((line) => line.startsWith(`  ${window} `));
    expect(lines).toEqual([expect.stringContaining(`${type}: `)]);
    expect(lines.join()).toContain(reason);
  });

  it('in the log of the worker', () => {
    const lines = worker.soFar().err.split('\n');
    const ours = lines.filter((line) => line.includes(`: ${window}: `) && line.includes(`${type}: `));
    expect(ours).not.toEqual([]);
    expect(ours.join('\n')).toContain(reason);
  });
});
