import type { NotRemoved, Uploaded } from '../activities/uploaded.ts';
import type { HourWindow } from '../core/hour-window.ts';
import type { Interval } from '../core/interval.ts';
import { fence, listFailed, type FailedHour } from './failures.ts';
import type { HourStep } from './land-hour.ts';

/** An hour that had already landed, with other lines. */
export interface ChangedHour {
  readonly window: HourWindow;
  readonly revision: number;
  readonly eventsBefore: number;
  readonly events: number;
}

/** The answer to the query `progress`, and the result of the run; sizes in bytes. */
export interface IntervalProgress {
  /** Both ends are null until the run has planned. */
  readonly start: HourWindow | null;
  readonly end: HourWindow | null;
  /** Hours that the run has to export, without those that had already landed. */
  readonly hours: number;
  readonly alreadyLanded: number;
  readonly landed: number;
  /** Of the landed hours: exported again with unchanged lines. */
  readonly unchanged: number;
  /** Of the landed hours: they keep data that was fetched later than this run's. */
  readonly outdated: number;
  /** Of the landed hours: already landed, with other lines. */
  readonly changed: readonly ChangedHour[];
  /** Of the landed hours: without any line. */
  readonly empty: number;
  readonly failed: readonly FailedHour[];
  readonly inProgress: readonly { readonly window: HourWindow; readonly step: HourStep | 'not due yet' }[];
  readonly events: number;
  readonly rejected: number;
  /** Events that arrived outside the hour they are in; absent from runs of older versions. */
  readonly outsideWindow?: number;
  readonly bytes: number;
  /** What landed hours could not remove, with the first reason; null when nothing is left. */
  readonly notRemoved: NotRemovedHours | null;
}

/** Landed hours that could not remove objects; `objects` counts those that could be listed. */
export interface NotRemovedHours extends NotRemoved {
  readonly hours: number;
}

/** Adds up hours that could not remove objects; the first reason stays. */
export function addNotRemoved(
  sum: NotRemovedHours | null | undefined,
  more: NotRemovedHours | null | undefined,
): NotRemovedHours | null {
  if (!sum || !more) return sum ?? more ?? null;
  return { hours: sum.hours + more.hours, objects: sum.objects + more.objects, reason: sum.reason };
}

/** Counts the hours of a run. */
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
 * The progress as Markdown, for the Web UI, with the problem of a signal that was ignored. Texts from outside are in
 * code blocks, so that they cannot act as Markdown.
 */
export function describeProgress(progress: IntervalProgress, ignored?: string): string {
  const { hours, landed, alreadyLanded, empty, unchanged, failed, inProgress, outsideWindow = 0 } = progress;
  const lines = [
    `**${progress.start} to ${progress.end}**: ${landed} of ${hours} hours landed (${empty} empty, ${unchanged} unchanged), ${failed.length} failed`,
  ];
  if (ignored !== undefined) lines.push(`**Ignored**: ${ignored}`);
  if (alreadyLanded > 0) lines.push(`${alreadyLanded} hours had already landed and are skipped`);
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

/** A sentence about events that arrived outside the hour they are in, as Markdown. */
export function describeOutside(events: number): string {
  return `**${events} events of other hours**: their \`server_upload_time\` lies outside the hour that they landed in`;
}

/** A sentence about hours that kept newer data, as Markdown. */
export function describeOutdated(hours: number): string {
  return `${hours} hours keep data that was fetched later than this run's`;
}

function describeChange({ window, eventsBefore, events }: ChangedHour): string {
  const more = events - eventsBefore;
  return `${window} (${more < 0 ? '' : '+'}${more} events)`;
}

/** A sentence about what could not be removed, as Markdown. The reason comes from outside, so it is in a code block. */
export function describeNotRemoved({ hours, objects, reason }: NotRemovedHours): string {
  return `${hours} hours landed but could not remove superseded objects (${objects} objects):\n${fence(reason)}`;
}
