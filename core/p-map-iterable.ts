/**
 * Works on items, so many at a time, and gives the results in the order of the items. An error ends the work with the
 * item that met it.
 */
export async function* pMapIterable<T, R>(
  items: Iterable<T>,
  atOnce: number,
  work: (item: T) => Promise<R>,
): AsyncGenerator<R, void, undefined> {
  const inProgress: Promise<R>[] = [];
  for (const item of items) {
    const result = work(item);
    // Whoever takes the result sees the error; one that nobody takes any more must not end the process.
    result.catch(() => undefined);
    inProgress.push(result);
    const first = inProgress.length < atOnce ? undefined : inProgress.shift();
    if (first !== undefined) yield await first;
  }
  for (const result of inProgress) yield await result;
}
