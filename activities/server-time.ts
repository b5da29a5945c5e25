import { Context } from '@temporalio/activity';
import { messageOf } from '../core/errors.ts';
import type { ActivityDependencies } from './dependencies.ts';

/**
 * Gives an attempt that begins now a function for the present time by the Temporal server's clock, in milliseconds
 * since the epoch: when the attempt began, as the server says, plus the time since then by this process's monotonic
 * clock. The date of this machine may be wrong, and the date of the source may be from a cache; a duration is reliable.
 *
 * The time at which the attempt was scheduled, which the SDK has, is only the fallback: the task may have waited for a
 * worker since then, and two task queues wait differently.
 */
export function serverTime({ attemptStartedMs }: ActivityDependencies): () => Promise<number> {
  const { info, log } = Context.current();
  const begunAt = performance.now();
  return async () => {
    const scheduledMs = info.currentAttemptScheduledTimestampMs;
    const startedMs = await attemptStartedMs(info, begunAt).catch((error: unknown) => {
      log.warn('the server does not say when this attempt began', { reason: messageOf(error) });
      return undefined;
    });
    return Math.round((startedMs ?? scheduledMs) + performance.now() - begunAt);
  };
}
