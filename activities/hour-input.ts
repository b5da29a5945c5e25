import type { HourWindow } from '../core/hour-window.ts';

/** The common input of the activities of an hour. `round` counts the rounds of the hour from 1. */
export interface HourInput {
  readonly window: HourWindow;
  readonly round: number;
  /** The step of the round before in which its worker was lost; that worker could not log it. */
  readonly lostStep?: 'parse' | 'upload';
  /** The workflow understands `landed` in the result of extract; one of an older version would land an empty hour. */
  readonly knowsLanded?: true;
}
