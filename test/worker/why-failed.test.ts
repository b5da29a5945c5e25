import type { NativeConnection } from '@temporalio/worker';
import { ServiceError } from '@temporalio/client';
import { expect, it } from 'vitest';
import { temporalAddress } from '../../config/temporal.ts';
import { whyFailed } from '../../worker/why-failed.ts';

const temporal = temporalAddress({
  TEMPORAL_CONFIG_FILE: '/nowhere/temporal.toml',
  TEMPORAL_ADDRESS: 'temporal:7233',
  TEMPORAL_API_KEY: 'the-temporal-key-4711',
});

/** A connection whose server answers so. */
function answering(answer: Promise<unknown>): Pick<NativeConnection, 'workflowService'> {
  return { workflowService: { describeNamespace: () => answer } } as unknown as NativeConnection;
}

it('a worker has failed for the reason for which the server refuses another call, told without the key', async () => {
  const refusal = new ServiceError('invalid API key the-temporal-key-4711');
  expect(await whyFailed(answering(Promise.reject(refusal)), temporal)).toMatchObject({
    type: 'TemporalUnreachable',
    message: 'a call to the Temporal server at temporal:7233 failed (invalid API key ***)',
  });
});

it('a worker whose server refuses only the polls refers to its log', async () => {
  expect(await whyFailed(answering(Promise.resolve({})), temporal)).toMatchObject({
    type: 'TemporalUnreachable',
    message:
      'the polls of this worker at the Temporal server at temporal:7233 failed; its log has the reason',
  });
});
