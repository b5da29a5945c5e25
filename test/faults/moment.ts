/** A moment that somebody waits for and somebody else brings about, with what it brings. */
export interface Moment<T> {
  readonly reached: Promise<T>;
  readonly reach: (value: T) => void;
}

/** A moment that is still to come. */
export function momentToCome<T>(): Moment<T> {
  const waiting: ((value: T) => void)[] = [];
  const reached = new Promise<T>((resolve) => void waiting.push(resolve));
  return { reached, reach: (value) => waiting.forEach((resolve) => resolve(value)) };
}
