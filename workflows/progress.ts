import type { Uploaded } from '../activities/upload.ts';
import type { HourWindow } from '../core/hour-window.ts';
import type { Interval } from '../core/interval.ts';
import type { FailedHour } from './failures.ts';
import type { HourStep } from './land-hour.ts';

/** What the query `progress` answers, and at the end the run's result; sizes in bytes. */
export interface IntervalProgress {
  readonly start: HourWindow;
  readonly end: HourWindow;
  /** Hours that the run has to export; those that had landed before are not among them. */
  readonly hours: number;
  readonly landedBefore: number;
  readonly landed: number;
  /** Of the landed ones: exported again with the lines they had, so nothing changed. */
  readonly unchanged: number;
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
  readonly #interval: Interval;
  readonly #underWay = new Map<HourWindow, HourStep | 'not due yet'>();
  readonly #failed: FailedHour[] = [];
  readonly #landed: Uploaded[] = [];
  #hours = 0;
  #landedBefore = 0;

  constructor(interval: Interval) {
    this.#interval = interval;
  }

  planned(hours: number, landedBefore: number): void {
    this.#hours = hours;
    this.#landedBefore = landedBefore;
  }

  step(window: HourWindow, step: HourStep | 'not due yet'): void {
    this.#underWay.set(window, step);
  }

  landed(window: HourWindow, uploaded: Uploaded): void {
    this.#underWay.delete(window);
    this.#landed.push(uploaded);
  }

  failed(failure: FailedHour): void {
    this.#underWay.delete(failure.window);
    this.#failed.push(failure);
  }

  read(): IntervalProgress {
    const sum = (of: (uploaded: Uploaded) => number): number =>
      this.#landed.reduce((total, hour) => total + of(hour), 0);
    return {
      ...this.#interval,
      hours: this.#hours,
      landedBefore: this.#landedBefore,
      landed: this.#landed.length,
      unchanged: sum(({ outcome }) => (outcome === 'landed' ? 0 : 1)),
      empty: sum(({ status }) => (status === 'empty' ? 1 : 0)),
      failed: [...this.#failed],
      underWay: [...this.#underWay].map(([window, step]) => ({ window, step })),
      events: sum(({ events }) => events),
      rejected: sum(({ rejected }) => rejected),
      bytes: sum(({ bytes }) => bytes),
    };
  }
}

/** The progress as Markdown, for the Web UI. What came from outside is fenced, so that it cannot pose as ours. */
export function describeProgress(progress: IntervalProgress): string {
  const { start, end, hours, landed, landedBefore, empty, unchanged, failed, underWay, events, rejected } =
    progress;
  const lines = [
    `**${start} to ${end}**: ${landed} of ${hours} hours landed (${empty} empty, ${unchanged} unchanged), ${failed.length} failed`,
  ];
  if (landedBefore > 0) lines.push(`${landedBefore} hours had landed before and were left alone`);
  lines.push(`${events} events, ${rejected} rejected lines`);
  if (underWay.length > 0)
    lines.push(`Under way: ${underWay.map(({ window, step }) => `${window} (${step})`).join(', ')}`);
  if (failed.length > 0) lines.push(`Failed:\n${fence(failed)}`);
  return lines.join('\n\n');
}

function fence(failed: readonly FailedHour[]): string {
  const text = failed.map(({ window, type, message }) => `${window} ${type}: ${message}`).join('\n');
  return `\`\`\`\n${text.replaceAll('`', "'")}\n\`\`\``;
}
