import { Client } from '@temporalio/client';
import { afterAll, beforeAll, expect, inject, it, onTestFinished } from 'vitest';
import { makeAuthority } from '../support/certificates.ts';
import { runVerb } from '../support/command-line.ts';
import { temporaryFolder } from '../support/archives.ts';
import { makeNamespace } from '../support/make-namespace.ts';
import { openPipeline, type Pipeline } from '../support/pipeline.ts';
import { temporalCommand } from '../support/temporal-command.ts';
import { SERVER_NAME, startTemporalFront } from '../support/temporal-front.ts';

const RANGE = ['--from', '2026-03-05T16', '--to', '2026-03-05T17'];

let pipeline: Pipeline;

beforeAll(async () => {
  pipeline = await openPipeline({ faults: ['*=404'] });
});

afterAll(() => pipeline.close());

/** The environment of a namespace without search attributes, on a server that lets nobody use the operator service. */
async function envWithoutOperator(): Promise<Readonly<Record<string, string>>> {
  const authority = await makeAuthority(await temporaryFolder(), [SERVER_NAME]);
  const front = await startTemporalFront(authority, inject('temporalAddress'), { noOperatorService: true });
  onTestFinished(() => front.close());
  return { ...(await makeNamespace(pipeline)), ...front.env };
}

/** Whether the server has learned of the search attributes that were added. */
async function mayQuery({ workflow }: Client): Promise<boolean> {
  return workflow.count('AmplitudeExportRejectedLines > 0').then(
    () => true,
    () => false,
  );
}

it('setup gives the commands that add the search attributes, and runs set them once they are added', async () => {
  const env = await envWithoutOperator();
  const refused = await runVerb(['setup'], env);
  expect(refused).toMatchObject({ code: 0, err: '' });
  const namespace = pipeline.taskQueue;
  expect(refused.out).toContain(
    'search attributes: the server does not let this client make AmplitudeExportFrom, AmplitudeExportTo, AmplitudeExportFailedHours, AmplitudeExportRejectedLines\n',
  );
  expect(refused.out).toContain(
    `tcld namespace search-attributes add --namespace ${namespace} --sa AmplitudeExportFrom=Datetime --sa AmplitudeExportTo=Datetime --sa AmplitudeExportFailedHours=Int --sa AmplitudeExportRejectedLines=Int\n`,
  );
  const json = await runVerb(['setup', '--json'], env);
  expect(JSON.parse(json.out)).toMatchObject({
    searchAttributes: [],
    missingSearchAttributes: expect.arrayContaining(['AmplitudeExportFailedHours']) as string[],
  });

  await temporalCommand(/^ +elsewhere: (.*)$/m.exec(refused.out)?.[1] ?? '');
  const client = new Client({ connection: pipeline.client.connection, namespace });
  await expect.poll(() => mayQuery(client)).toBe(true);
  expect((await runVerb(['setup'], env)).out).toMatch(/^search attributes: present$/m);
  const worker = await pipeline.startWorker(env);
  expect(await runVerb(['run', ...RANGE], env)).toMatchObject({ code: 0 });
  expect(worker.soFar().err).toBe('');
  const run = client.workflow.getHandle(`${pipeline.taskQueue}-2026-03-05T16-to-2026-03-05T17`);
  const attributes = (await run.describe()).typedSearchAttributes.getAll();
  expect(attributes.map(({ key }) => key.name)).toEqual(
    expect.arrayContaining(['AmplitudeExportFrom', 'AmplitudeExportFailedHours']),
  );
});
