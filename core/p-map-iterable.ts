/**
 * Maps items with at most `concurrency` mappers in progress, and yields the results in the order of the items. Unlike
 * the library of this name, it starts no more mappers while the reader asks for no result, and an error ends the
 * iteration at its own item, after the results of all items before it.
 * @throws the first error of a mapper, in the order of the items
 */
export async function* pMapIterable<T, R>(
  items: Iterable<T>,
  mapper: (item: T) => Promise<R>,
  { concurrency }: { readonly concurrency: number },
): AsyncGenerator<R, void, undefined> {
  const inProgress: Promise<R>[] = [];
  for (const item of items) {
    const result = mapper(item);
    // The reader of the result gets its error. Without this line, an error that is never read would end the process.
    result.catch(() => undefined);
    inProgress.push(result);
    const first = inProgress.length < concurrency ? undefined : inProgress.shift();
    if (first !== undefined) yield await first;
  }
  for (const result of inProgress) yield await result;
}
