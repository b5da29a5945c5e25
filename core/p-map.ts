/**
 * Maps items with at most `concurrency` mappers in progress, and returns the results in the order of the items.
 * Unlike the library of this name, after an error it starts no more mappers, and throws only when none is in
 * progress.
 * @throws the error of a mapper
 */
export async function pMap<T, R>(
  items: readonly T[],
  mapper: (item: T) => Promise<R>,
  { concurrency }: { readonly concurrency: number },
): Promise<R[]> {
  const results: R[] = [];
  const waiting = items.entries();
  let stopped = false;
  const lanes = Array.from({ length: Math.min(concurrency, items.length) }, async () => {
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
  const failed = (await Promise.allSettled(lanes)).find((lane) => lane.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
  return results;
}
