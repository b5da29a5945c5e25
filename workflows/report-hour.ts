import { log, proxySinks, type Sinks } from '@temporalio/workflow';
import type { Uploaded } from '../activities/uploaded.ts';
import type { HourWindow } from '../core/hour-window.ts';
import type { FailedHour } from './failures.ts';

/** Counts the hours of a run. A worker provides it. */
export interface HourSinks extends Sinks {
  hours: {
    landed(uploaded: Uploaded): void;
    failed(): void;
  };
}

const { hours } = proxySinks<HourSinks>();

/** Logs and counts an hour that has landed. `sinceMs` is when the run began with it, in milliseconds since the epoch. */
export function reportLanded(window: HourWindow, uploaded: Uploaded, sinceMs: number): void {
  const { outcome, status, events, rejected, outsideWindow, bytes, objects, notRemoved } = uploaded;
  const counts = { events, rejected, outsideWindow, bytes, objects };
  // Inside a workflow, Date.now() is the time of the history.
  const seconds = (Date.now() - sinceMs) / 1000;
  const reason = notRemoved === undefined ? {} : { reason: `not removed: ${notRemoved.reason}` };
  log.info('hour landed', { window, outcome, status, ...counts, seconds, ...reason });
  hours.landed(uploaded);
}

/** Logs and counts an hour that has failed. */
export function reportFailed({ window, type, message }: FailedHour): void {
  log.error('hour failed', { window, reason: `${type}: ${message}` });
  hours.failed();
}
