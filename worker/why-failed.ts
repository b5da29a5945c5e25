import type { NativeConnection } from '@temporalio/worker';
import { TemporalUnreachable, typedTemporalError, type TemporalAddress } from '../config/temporal.ts';
import { within } from '../core/within.ts';

const ANSWER_WITHIN_MS = 4_000;

/** Why the server refuses the polls of a worker, when the SDK does not report it: what it answers to another call now. */
export async function whyFailed(
  connection: Pick<NativeConnection, 'workflowService'>,
  temporal: TemporalAddress,
): Promise<unknown> {
  const { address, namespace } = temporal;
  const unknown = new TemporalUnreachable(
    `the polls of this worker at the Temporal server at ${address} failed; its log has the reason`,
  );
  try {
    await within(
      ANSWER_WITHIN_MS,
      connection.workflowService.describeNamespace({ namespace }),
      () => unknown,
    );
    return unknown;
  } catch (error) {
    return typedTemporalError(error, temporal);
  }
}
