/**
 * Maps items with at most `concurrency` mappers at work, and gives the results in the items' order. It differs from the
 * library of this name at an error: no other mapper begins, and the error is thrown once none is at work any more.
 */
export async function pMap<T, R>(
  items: readonly T[],
  mapper: (item: T) => Promise<R>,
  { concurrency }: { readonly concurrency: number },
): Promise<R[]> {
  const results: R[] = [];
  const waiting = items.entries();
  let stopped = false;
  const workers = Array.from({ length: Math.min(concurrency, items.length) }, async () => {
    for (const [index, item] of waiting) {
      if (stopped) return;
      try {
        results[index] = await mapper(item);
      } catch (error) {
        stopped = true;
        throw error;
      }
    }
  });
  const failed = (await Promise.allSettled(workers)).find((worker) => worker.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
  return results;
}
