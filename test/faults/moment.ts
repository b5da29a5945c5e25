/** A moment that somebody waits for and somebody else brings about. */
export interface Moment<T> {
  readonly reached: Promise<T>;
  readonly reach: (value: T) => void;
}

/** A moment that is still to come. */
export function momentToCome<T>(): Moment<T> {
  let reach: (value: T) => void = () => undefined;
  const reached = new Promise<T>((resolve) => {
    reach = resolve;
  });
  return { reached, reach };
}
