/** A moment that somebody waits for and somebody else brings about, with what it brings. */
export interface Deferred<T> {
  readonly reached: Promise<T>;
  readonly reach: (value: T) => void;
}

/** Tells whether work has ended, in whatever way: faults strike nothing any more from then on. */
export function watch(work: Promise<unknown>): () => boolean {
  let isOver = false;
  const end = (): void => void (isOver = true);
  work.then(end, end);
  return () => isOver;
}

/** A moment that is still to come. */
export function deferred<T>(): Deferred<T> {
  const waiting: ((value: T) => void)[] = [];
  const reached = new Promise<T>((resolve) => void waiting.push(resolve));
  return { reached, reach: (value) => waiting.forEach((resolve) => resolve(value)) };
}
