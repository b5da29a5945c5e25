import type { Uploaded } from '../activities/upload.ts';
import type { HourWindow } from '../core/hour-window.ts';
import type { Interval } from '../core/interval.ts';
import { listFailed, type FailedHour } from './failures.ts';
import type { HourStep } from './land-hour.ts';

/** An hour that had landed before, with other lines than now. */
export interface ChangedHour {
  readonly window: HourWindow;
  readonly revision: number;
  readonly eventsBefore: number;
  readonly events: number;
}

/** What the query `progress` answers, and at the end the run's result; sizes in bytes. */
export interface IntervalProgress {
  /** Both ends are null until the run has planned. */
  readonly start: HourWindow | null;
  readonly end: HourWindow | null;
  /** Hours that the run has to export; those that had landed before are not among them. */
  readonly hours: number;
  readonly landedBefore: number;
  readonly landed: number;
  /** Of the landed ones: exported again with the lines they had, so nothing changed. */
  readonly unchanged: number;
  /** Of the landed ones: they hold other data, which was fetched after this run's and stays. */
  readonly outdated: number;
  /** Of the landed ones: those that had landed before with other lines. */
  readonly changed: readonly ChangedHour[];
  /** Of the landed ones: without a single line. */
  readonly empty: number;
  readonly failed: readonly FailedHour[];
  readonly underWay: readonly { readonly window: HourWindow; readonly step: HourStep | 'not due yet' }[];
  readonly events: number;
  readonly rejected: number;
  readonly bytes: number;
}

/** Keeps count of a run's hours. */
export class ProgressBoard {
  readonly #underWay = new Map<HourWindow, HourStep | 'not due yet'>();
  readonly #failed: FailedHour[] = [];
  readonly #changed: ChangedHour[] = [];
  readonly #landed: Uploaded[] = [];
  #interval: Interval | undefined;
  #hours = 0;
  #landedBefore = 0;

  planned(interval: Interval, hours: number, landedBefore: number): void {
    this.#interval = interval;
    this.#hours = hours;
    this.#landedBefore = landedBefore;
  }

  step(window: HourWindow, step: HourStep | 'not due yet'): void {
    this.#underWay.set(window, step);
  }

  landed(window: HourWindow, uploaded: Uploaded): void {
    const { revision, eventsBefore, events } = uploaded;
    this.#underWay.delete(window);
    this.#landed.push(uploaded);
    if (eventsBefore !== null) this.#changed.push({ window, revision, eventsBefore, events });
  }

  failed(failure: FailedHour): void {
    this.#underWay.delete(failure.window);
    this.#failed.push(failure);
  }

  read(): IntervalProgress {
    const sum = (of: (uploaded: Uploaded) => number): number =>
      this.#landed.reduce((total, hour) => total + of(hour), 0);
    return {
      start: this.#interval?.start ?? null,
      end: this.#interval?.end ?? null,
      hours: this.#hours,
      landedBefore: this.#landedBefore,
      landed: this.#landed.length,
      unchanged: sum(({ outcome }) => (outcome === 'unchanged' ? 1 : 0)),
      outdated: sum(({ outcome }) => (outcome === 'outdated' ? 1 : 0)),
      changed: [...this.#changed],
      empty: sum(({ status }) => (status === 'empty' ? 1 : 0)),
      failed: [...this.#failed],
      underWay: [...this.#underWay].map(([window, step]) => ({ window, step })),
      events: sum(({ events }) => events),
      rejected: sum(({ rejected }) => rejected),
      bytes: sum(({ bytes }) => bytes),
    };
  }
}

/**
 * The progress as Markdown, for the Web UI, with a word on what was ignored. What came from outside is fenced, so that it
 * cannot pose as ours.
 */
export function describeProgress(progress: IntervalProgress, ignored?: string): string {
  const { hours, landed, landedBefore, empty, unchanged, failed, underWay } = progress;
  const lines = [
    `**${progress.start} to ${progress.end}**: ${landed} of ${hours} hours landed (${empty} empty, ${unchanged} unchanged), ${failed.length} failed`,
  ];
  if (ignored !== undefined) lines.push(`**Ignored**: ${ignored}`);
  if (landedBefore > 0) lines.push(`${landedBefore} hours had landed before and were left alone`);
  if (progress.outdated > 0) lines.push(describeOutdated(progress.outdated));
  lines.push(`${progress.events} events, ${progress.rejected} rejected lines`);
  if (progress.changed.length > 0) lines.push(`Changed: ${progress.changed.map(describeChange).join(', ')}`);
  if (underWay.length > 0)
    lines.push(`Under way: ${underWay.map(({ window, step }) => `${window} (${step})`).join(', ')}`);
  if (failed.length > 0) lines.push(`Failed:\n${listFailed(failed)}`);
  return lines.join('\n\n');
}

/** What became of a run's data that was older than what the hours held. */
export function describeOutdated(hours: number): string {
  return `${hours} hours keep data that was fetched later than this run's`;
}

function describeChange({ window, eventsBefore, events }: ChangedHour): string {
  const more = events - eventsBefore;
  return `${window} (${more < 0 ? '' : '+'}${more} events)`;
}
