import { count, size, timeSpan } from './format.ts';

/** The progress of a run or of a backfill in numbers; only a backfill can be paused. */
export interface HourCounts {
  readonly hours: number;
  readonly alreadyLanded: number;
  readonly landed: number;
  readonly outdated: number;
  readonly failed: number;
  readonly inProgress: number;
  readonly paused: boolean;
  readonly events: number;
  readonly rejected: number;
  readonly outsideWindow?: number;
  readonly bytes: number;
}

const BAR_WIDTH = 20;

/** Describes the progress of one run, call after call; the rate counts from the first call. */
export class ProgressText {
  #first: { readonly done: number; readonly at: number } | undefined;

  /** The state changes only when something was done; the estimate changes all the time. */
  describe(counts: HourCounts): { state: string; estimate: string } {
    const { hours, alreadyLanded, landed, failed, inProgress, events, rejected, outsideWindow = 0 } = counts;
    if (hours + alreadyLanded === 0) return { state: 'planning', estimate: '' };
    const done = landed + failed;
    this.#first ??= { done, at: performance.now() };
    const parts = [`${bar(done, hours)} ${count(landed)} of ${count(hours)} hours landed`];
    if (alreadyLanded > 0) parts.push(`${count(alreadyLanded)} already landed`);
    if (counts.outdated > 0) parts.push(`${count(counts.outdated)} outdated`);
    if (inProgress > 0) parts.push(`${count(inProgress)} in progress`);
    if (counts.paused) parts.push('PAUSED');
    if (failed > 0) parts.push(`${count(failed)} FAILED`);
    parts.push(`${count(events)} events`, size(counts.bytes));
    if (rejected > 0) parts.push(`${count(rejected)} lines rejected`);
    if (outsideWindow > 0) parts.push(`${count(outsideWindow)} events of other hours`);
    return { state: parts.join(', '), estimate: this.#estimate(done, hours) };
  }

  #estimate(done: number, hours: number): string {
    const { done: doneFirst = 0, at = 0 } = this.#first ?? {};
    const seconds = (performance.now() - at) / 1000;
    if (done <= doneFirst || done === hours) return '';
    const rate = (done - doneFirst) / seconds;
    return `, ${rate.toFixed(1)} hours/s, about ${timeSpan((hours - done) / rate)} left`;
  }
}

function bar(done: number, total: number): string {
  const full = total === 0 ? BAR_WIDTH : Math.floor((done / total) * BAR_WIDTH);
  return `[${'#'.repeat(full)}${'.'.repeat(BAR_WIDTH - full)}]`;
}
