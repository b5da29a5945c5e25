import {
  ApplicationFailure,
  ChildWorkflowCancellationType,
  ChildWorkflowFailure,
  condition,
  ParentClosePolicy,
  startChild,
  workflowInfo,
  type ChildWorkflowHandle,
} from '@temporalio/workflow';
import type { DayPlan } from '../activities/plan-backfill.ts';
import { parseHourWindow } from '../core/hour-window.ts';
import type { Interval } from '../core/interval.ts';
import { addDay, addLostDay, noTotals } from './backfill-progress.ts';
import type { exportInterval } from './export-interval.ts';
import { describeFailure } from './failures.ts';
import { hourConcurrencySignal } from './messages.ts';
import type { IntervalProgress } from './progress.ts';
import { Shares } from './shares.ts';

interface DayRun {
  /** Undefined until the run has started. */
  handle?: ChildWorkflowHandle<typeof exportInterval>;
  /** The concurrency that it was last told. */
  told: number;
}

/** The runs of a backfill's days, and how many hours each of them has in flight. */
export class DayRuns {
  readonly #interval: Interval;
  readonly #reprocess: boolean | 'rejected';
  readonly #shares: Shares;
  readonly #runs = new Map<string, DayRun>();
  readonly #onChange: () => void;
  #changes = 0;
  #paused: boolean;
  totals = noTotals(0, 0);

  constructor(options: {
    interval: Interval;
    reprocess: boolean | 'rejected';
    concurrency: number;
    paused: boolean;
    onChange: () => void;
  }) {
    this.#interval = options.interval;
    this.#reprocess = options.reprocess;
    this.#shares = new Shares(options.concurrency);
    this.#paused = options.paused;
    this.#onChange = options.onChange;
  }

  get concurrency(): number {
    return this.#shares.limit;
  }

  get paused(): boolean {
    return this.#paused;
  }

  /** The ids of the runs under way. */
  get ids(): string[] {
    return [...this.#runs.keys()].map(idOf);
  }

  /** Waits until another day may begin. */
  async room(): Promise<void> {
    await condition(() => !this.#paused && this.#shares.room > 0);
  }

  /** Runs one day to its end, whatever that is, and adds what it came to. */
  async run([date, hours]: DayPlan): Promise<void> {
    const run: DayRun = { told: this.#shares.begin(date) };
    this.#runs.set(date, run);
    try {
      run.handle = await this.#start(date, run.told);
      // What changed while it started, it has not been told yet.
      await this.#tell();
      const day = await run.handle.result();
      this.totals = addDay(this.totals, day);
    } catch (failure) {
      const day = outcomeOf(failure);
      this.totals =
        day === undefined
          ? addLostDay(this.totals, hours, describeFailure(this.#part(date).start, failure))
          : addDay(this.totals, day);
    } finally {
      this.#runs.delete(date);
      this.#shares.end(date);
      this.#changed();
    }
  }

  /** Waits until no run is under way. No other day begins meanwhile, so those that run get all there is to share. */
  async finish(): Promise<void> {
    while (this.#runs.size > 0) {
      this.#shares.giveRest();
      const seen = this.#changes;
      await this.#tell();
      await condition(() => this.#changes !== seen);
    }
  }

  /** Sets how many hours are in flight in all days together. */
  async setConcurrency(hours: number): Promise<void> {
    this.#shares.setLimit(hours);
    this.#changed();
    await this.#tell();
  }

  /** Lets all days rest, or go on. */
  async setPaused(paused: boolean): Promise<void> {
    this.#paused = paused;
    this.#changed();
    await this.#tell();
  }

  async #start(date: string, concurrency: number): Promise<ChildWorkflowHandle<typeof exportInterval>> {
    const { start, end } = this.#part(date);
    return startChild<typeof exportInterval>('exportInterval', {
      workflowId: idOf(date),
      args: [{ start, end, hourConcurrency: concurrency, reprocess: this.#reprocess }],
      // A backfill that is terminated must not cut its days off from their files.
      parentClosePolicy: ParentClosePolicy.REQUEST_CANCEL,
      cancellationType: ChildWorkflowCancellationType.WAIT_CANCELLATION_COMPLETED,
      staticSummary: `Amplitude export, ${date}`,
      staticDetails: `One day of the backfill from ${this.#interval.start} to ${this.#interval.end}.`,
    });
  }

  /** The part of a date that the backfill covers. */
  #part(date: string): Interval {
    const first = parseHourWindow(`${date}T00`);
    const last = parseHourWindow(`${date}T23`);
    const { start, end } = this.#interval;
    return { start: start > first ? start : first, end: end < last ? end : last };
  }

  /** Tells the runs their share, those whose share has changed. */
  async #tell(): Promise<void> {
    const telling = [...this.#runs].map(async ([date, run]) => {
      const share = this.#paused ? 0 : (this.#shares.all.get(date) ?? 0);
      if (run.handle === undefined || run.told === share) return;
      run.told = share;
      // A run that has just ended needs no telling.
      await run.handle.signal(hourConcurrencySignal, share).catch(() => undefined);
    });
    await Promise.all(telling);
  }

  #changed(): void {
    this.#changes += 1;
    this.#onChange();
  }
}

function idOf(date: string): string {
  return `${workflowInfo().workflowId}/${date}`;
}

/** What a day with failed hours came to: the run says so in its failure. */
function outcomeOf(failure: unknown): IntervalProgress | undefined {
  const cause = failure instanceof ChildWorkflowFailure ? failure.cause : undefined;
  if (!(cause instanceof ApplicationFailure) || cause.type !== 'HoursFailed') return undefined;
  return cause.details?.[0] as IntervalProgress | undefined;
}
