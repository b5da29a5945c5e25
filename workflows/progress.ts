import type { NotRemoved, Uploaded } from '../activities/uploaded.ts';
import type { HourWindow } from '../core/hour-window.ts';
import type { Interval } from '../core/interval.ts';
import { fence, listFailed, type FailedHour } from './failures.ts';
import type { HourStep } from './land-hour.ts';

/** An hour that had already landed, with other lines than now. */
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
  /** Hours that the run has to export; those that had already landed are not among them. */
  readonly hours: number;
  readonly alreadyLanded: number;
  readonly landed: number;
  /** Of the landed ones: exported again with the lines they had, so nothing changed. */
  readonly unchanged: number;
  /** Of the landed ones: they hold other data, which was fetched after this run's and stays. */
  readonly outdated: number;
  /** Of the landed ones: those that had already landed with other lines. */
  readonly changed: readonly ChangedHour[];
  /** Of the landed ones: without a single line. */
  readonly empty: number;
  readonly failed: readonly FailedHour[];
  readonly inProgress: readonly { readonly window: HourWindow; readonly step: HourStep | 'not due yet' }[];
  readonly events: number;
  readonly rejected: number;
  /** Events that arrived outside the hour they are in; a run of an older version does not tell. */
  readonly outsideWindow?: number;
  readonly bytes: number;
  /** What landed hours had to remove and could not, with the first reason; null when nothing is left. */
  readonly notRemoved: NotRemovedHours | null;
}

/** Hours that have landed and left objects behind; `objects` counts those that could be listed. */
export interface NotRemovedHours extends NotRemoved {
  readonly hours: number;
}

/** Adds up what hours have left behind. */
export function addNotRemoved(
  sum: NotRemovedHours | null | undefined,
  more: NotRemovedHours | null | undefined,
): NotRemovedHours | null {
  if (!sum || !more) return sum ?? more ?? null;
  return { hours: sum.hours + more.hours, objects: sum.objects + more.objects, reason: sum.reason };
}

/** Keeps count of a run's hours. */
export class ProgressBoard {
  readonly #inProgress = new Map<HourWindow, HourStep | 'not due yet'>();
  readonly #failed: FailedHour[] = [];
  readonly #changed: ChangedHour[] = [];
  readonly #landed: Uploaded[] = [];
  #interval: Interval | undefined;
  #hours = 0;
  #alreadyLanded = 0;

  planned(interval: Interval, hours: number, alreadyLanded: number): void {
    this.#interval = interval;
    this.#hours = hours;
    this.#alreadyLanded = alreadyLanded;
  }

  step(window: HourWindow, step: HourStep | 'not due yet'): void {
    this.#inProgress.set(window, step);
  }

  landed(window: HourWindow, uploaded: Uploaded): void {
    const { revision, eventsBefore, events } = uploaded;
    this.#inProgress.delete(window);
    this.#landed.push(uploaded);
    if (eventsBefore !== null) this.#changed.push({ window, revision, eventsBefore, events });
  }

  failed(failure: FailedHour): void {
    this.#inProgress.delete(failure.window);
    this.#failed.push(failure);
  }

  read(): IntervalProgress {
    const sum = (of: (uploaded: Uploaded) => number): number =>
      this.#landed.reduce((total, hour) => total + of(hour), 0);
    return {
      start: this.#interval?.start ?? null,
      end: this.#interval?.end ?? null,
      hours: this.#hours,
      alreadyLanded: this.#alreadyLanded,
      landed: this.#landed.length,
      unchanged: sum(({ outcome }) => (outcome === 'unchanged' ? 1 : 0)),
      outdated: sum(({ outcome }) => (outcome === 'outdated' ? 1 : 0)),
      changed: [...this.#changed],
      empty: sum(({ status }) => (status === 'empty' ? 1 : 0)),
      failed: [...this.#failed],
      inProgress: [...this.#inProgress].map(([window, step]) => ({ window, step })),
      events: sum(({ events }) => events),
      rejected: sum(({ rejected }) => rejected),
      outsideWindow: sum(({ outsideWindow = 0 }) => outsideWindow),
      bytes: sum(({ bytes }) => bytes),
      notRemoved: this.#landed.reduce<NotRemovedHours | null>(
        (left, { notRemoved }) => addNotRemoved(left, notRemoved && { hours: 1, ...notRemoved }),
        null,
      ),
    };
  }
}

/**
 * The progress as Markdown, for the Web UI, with a word on what was ignored. What came from outside is fenced, so that it
 * cannot pose as ours.
 */
export function describeProgress(progress: IntervalProgress, ignored?: string): string {
  const { hours, landed, alreadyLanded, empty, unchanged, failed, inProgress, outsideWindow = 0 } = progress;
  const lines = [
    `**${progress.start} to ${progress.end}**: ${landed} of ${hours} hours landed (${empty} empty, ${unchanged} unchanged), ${failed.length} failed`,
  ];
  if (ignored !== undefined) lines.push(`**Ignored**: ${ignored}`);
  if (alreadyLanded > 0) lines.push(`${alreadyLanded} hours had already landed and were left alone`);
  if (progress.outdated > 0) lines.push(describeOutdated(progress.outdated));
  lines.push(`${progress.events} events, ${progress.rejected} rejected lines`);
  if (outsideWindow > 0) lines.push(describeOutside(outsideWindow));
  if (progress.changed.length > 0) lines.push(`Changed: ${progress.changed.map(describeChange).join(', ')}`);
  if (progress.notRemoved !== null) lines.push(describeNotRemoved(progress.notRemoved));
  if (inProgress.length > 0)
    lines.push(`In progress: ${inProgress.map(({ window, step }) => `${window} (${step})`).join(', ')}`);
  if (failed.length > 0) lines.push(`Failed:\n${listFailed(failed)}`);
  return lines.join('\n\n');
}

/** What is said of events that arrived outside the hour they are in, for the Web UI. */
export function describeOutside(events: number): string {
  return `**${events} events of other hours**: their \`server_upload_time\` lies outside the hour that they landed in`;
}

/** What became of a run's data that was older than what the hours held. */
export function describeOutdated(hours: number): string {
  return `${hours} hours keep data that was fetched later than this run's`;
}

function describeChange({ window, eventsBefore, events }: ChangedHour): string {
  const more = events - eventsBefore;
  return `${window} (${more < 0 ? '' : '+'}${more} events)`;
}

/** What is left behind, as Markdown. The reason came from outside: fenced, it cannot pose as ours. */
export function describeNotRemoved({ hours, objects, reason }: NotRemovedHours): string {
  return `${hours} hours landed and could not remove what they superseded (${objects} objects):\n${fence(reason)}`;
}
