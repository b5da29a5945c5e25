import { Client } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runVerb } from '../support/command-line.ts';
import { makeNamespace } from '../support/make-namespace.ts';
import { openPipeline, type Pipeline } from '../support/pipeline.ts';

const hours = ['--from', '2026-03-05T16', '--to', '2026-03-05T18'];

let pipeline: Pipeline;

beforeAll(async () => {
  // One hour with rejected lines, one failed hour and one empty hour.
  const faults = ['2026-03-05T17=repacked', '2026-03-05T16=403', '*=404'];
  pipeline = await openPipeline({ faults });
});

afterAll(() => pipeline.close());

async function attributesOf(client: Client, workflowId: string): Promise<Record<string, unknown>> {
  const { typedSearchAttributes } = await client.workflow.getHandle(workflowId).describe();
  const pairs = typedSearchAttributes.getAll().map(({ key, value }) => [key.name, value] as const);
  return Object.fromEntries(pairs.filter(([name]) => name.startsWith('Amplitude')));
}

describe('a run', () => {
  it.each(['run', 'backfill'])(
    'by %s has search attributes, once setup has registered them',
    async (verb) => {
      expect(await runVerb(['setup'], pipeline.env)).toMatchObject({ code: 0 });
      const worker = await pipeline.startWorker();
      expect(await runVerb([verb, ...hours], pipeline.env)).toMatchObject({ code: 1 });
      const prefix = `${pipeline.taskQueue}-${verb === 'run' ? '' : 'backfill-missing-'}`;
      expect(await attributesOf(pipeline.client, `${prefix}2026-03-05T16-to-2026-03-05T18`)).toEqual({
        AmplitudeExportFrom: new Date('2026-03-05T16:00:00Z'),
        AmplitudeExportTo: new Date('2026-03-05T18:00:00Z'),
        AmplitudeExportFailedHours: 1,
        AmplitudeExportRejectedLines: expect.any(Number) as unknown,
      });
      worker.child.kill();
      await worker.ended;
    },
  );

  it('completes also in a namespace without search attributes; setup then registers them', async () => {
    const env = await makeNamespace(pipeline);
    const worker = await pipeline.startWorker(env);
    pipeline.api.setFaults(['*=404']);
    const ended = await runVerb(['backfill', ...hours, '--mode', 'missing'], env);
    expect(ended).toMatchObject({ code: 0 });
    const { connection } = pipeline.client;
    const client = new Client({ connection, namespace: String(env['TEMPORAL_NAMESPACE']) });
    const id = `${pipeline.taskQueue}-backfill-missing-2026-03-05T16-to-2026-03-05T18`;
    expect(await attributesOf(client, id)).toEqual({});
    expect(await runVerb(['setup', '--json'], env)).toMatchObject({
      out: expect.stringContaining(
        '"searchAttributes":["AmplitudeExportFrom","AmplitudeExportTo"',
      ) as unknown,
    });
    worker.child.kill();
    await worker.ended;
  });
});
