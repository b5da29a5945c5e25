import type { HourWindow } from '../core/hour-window.ts';

/** What every activity of an hour is told. `round` counts the hour's starts from extract, from 1. */
export interface HourInput {
  readonly window: HourWindow;
  readonly round: number;
  /** What the round before was doing when its worker was lost, which could write no log of it. */
  readonly lostStep?: 'parse' | 'upload';
  /** The workflow knows what `landed` in an answer of extract means; one of an older version would land an empty hour. */
  readonly knowsLanded?: true;
}
