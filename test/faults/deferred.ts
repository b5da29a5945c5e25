/** A promise that is resolved from outside. */
export interface Deferred<T> {
  readonly promise: Promise<T>;
  readonly resolve: (value: T) => void;
}

/** A promise that is not resolved yet. */
export function deferred<T>(): Deferred<T> {
  const waiting: ((value: T) => void)[] = [];
  const promise = new Promise<T>((resolve) => void waiting.push(resolve));
  return { promise, resolve: (value) => waiting.forEach((resolve) => resolve(value)) };
}

/** Returns a function that says whether the work has ended, successfully or not: then no more faults are injected. */
export function watchEnd(work: Promise<unknown>): () => boolean {
  let hasEnded = false;
  const end = (): void => void (hasEnded = true);
  work.then(end, end);
  return () => hasEnded;
}
