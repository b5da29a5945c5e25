import { Context } from '@temporalio/activity';
import { messageOf } from '../core/errors.ts';
import type { ActivityDependencies } from './dependencies.ts';

/**
 * Gives the present time by the Temporal server's clock, in milliseconds since the epoch, to the attempt that is
 * beginning now: the server's own word on when it began, and how long that is ago by this process's steady clock. The
 * date that this machine has may be wrong, and the source's may be a cache's; a length of time can be trusted.
 *
 * When the attempt was scheduled, which the SDK tells, will not do: the task may have waited for a worker since then,
 * and two task queues wait differently. It is taken only where the server does not say more.
 */
export function serverTime({ attemptStartedMs }: ActivityDependencies): () => Promise<number> {
  const { info, log } = Context.current();
  const begunAt = performance.now();
  return async () => {
    const scheduledMs = info.currentAttemptScheduledTimestampMs;
    const startedMs = await attemptStartedMs(info).catch((error: unknown) => {
      log.warn('the server does not say when this attempt began', { reason: messageOf(error) });
      return undefined;
    });
    return Math.round((startedMs ?? scheduledMs) + performance.now() - begunAt);
  };
}
