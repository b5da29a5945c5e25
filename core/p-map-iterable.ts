/**
 * Maps items with at most `concurrency` mappers at work, and yields the results in the items' order. It differs from the
 * library of this name in that it takes no more items while its reader does not ask, and that an error ends the
 * iteration at its own item, after the results of all items before it.
 */
export async function* pMapIterable<T, R>(
  items: Iterable<T>,
  mapper: (item: T) => Promise<R>,
  { concurrency }: { readonly concurrency: number },
): AsyncGenerator<R, void, undefined> {
  const inProgress: Promise<R>[] = [];
  for (const item of items) {
    const result = mapper(item);
    // The reader of the result sees its error. Without this line an error that nobody reads would end the process.
    result.catch(() => undefined);
    inProgress.push(result);
    const first = inProgress.length < concurrency ? undefined : inProgress.shift();
    if (first !== undefined) yield await first;
  }
  for (const result of inProgress) yield await result;
}
