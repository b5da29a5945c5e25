import type { Report } from '../../local/report.ts';
import type { Figure } from './figures.ts';

/** What a benchmark gets. */
export interface BenchmarkRun {
  /** For the data of its servers: a new folder, which is removed at the end. */
  readonly folder: string;
  /** Small data, measured once: the figures mean nothing, but everything runs. */
  readonly small: boolean;
  /** Shows a line of progress. */
  readonly say: Report;
}

/** The default export of each benchmark file: it measures, and returns its figures. */
export type Benchmark = (run: BenchmarkRun) => Promise<Figure[]>;
