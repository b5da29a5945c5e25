/** What a figure may be at most, or has to be at least, in the figure's own unit. */
export type Limit = { readonly atMost: number } | { readonly atLeast: number };

/** One result of a benchmark. */
export interface Figure {
  /** What was measured, for people: `this project / inflate and count`. */
  readonly what: string;
  /** The median, if there are several runs. */
  readonly value: number;
  /** `ratio`, `MB/s per CPU s` (1 MB is 1,000,000 unpacked bytes), `CPU ms an hour`, `MiB`, ... */
  readonly unit: string;
  /** How often it was measured. */
  readonly runs: number;
  /** Without one, the figure only informs. */
  readonly limit?: Limit;
  /** What a reader has to know to judge it. */
  readonly note?: string;
}

/** Whether a figure keeps its limit; undefined for a figure without one. */
export function isMet({ value, limit }: Figure): boolean | undefined {
  if (limit === undefined) return undefined;
  // NaN, from a run without a result, is on neither side of a limit: not met.
  return 'atMost' in limit ? value <= limit.atMost : value >= limit.atLeast;
}

/** The median of some numbers; of an even number of them, the mean of the middle two. NaN for none. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  const middle = sorted.length / 2;
  const upper = sorted[Math.floor(middle)] ?? Number.NaN;
  return Number.isInteger(middle) ? ((sorted[middle - 1] ?? Number.NaN) + upper) / 2 : upper;
}

/** The figure of some runs: their median. */
export function medianFigure(
  what: string,
  unit: string,
  values: readonly number[],
  more: Pick<Figure, 'limit' | 'note'> = {},
): Figure {
  return { what, value: median(values), unit, runs: values.length, ...more };
}
