import { setMaxListeners } from 'node:events';
import { pMap } from '../core/p-map.ts';

/**
 * Does the work of each item, of up to `threads` at once, and returns the results in the order of the items. If one fails,
 * no further one begins, and those in progress are cancelled.
 * @throws the first error of `work`; the signal's reason
 */
export async function inThreads<T, R>(
  items: readonly T[],
  threads: number,
  signal: AbortSignal,
  work: (item: T, cancelled: AbortSignal) => Promise<R>,
): Promise<R[]> {
  const failed = new AbortController();
  const cancelled = AbortSignal.any([signal, failed.signal]);
  // Each item in progress listens. From the eleventh on, Node would warn of a leak.
  setMaxListeners(threads, cancelled);
  return pMap(
    items,
    async (item) => {
      try {
        return await work(item, cancelled);
      } catch (error) {
        failed.abort(error);
        throw error;
      }
    },
    { concurrency: threads },
  );
}
