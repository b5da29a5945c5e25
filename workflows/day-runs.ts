import { ApplicationFailure, ChildWorkflowFailure, condition } from '@temporalio/workflow';
import type { DayPlan } from '../activities/plan-backfill.ts';
import type { Interval } from '../core/interval.ts';
import { addDay, addLostDay, noTotals } from './backfill-progress.ts';
import { ConcurrencyAllocator } from './concurrency-allocator.ts';
import { describeFailure } from './failures.ts';
import type { DayReprocess } from './inputs.ts';
import { hourConcurrencySignal } from './messages.ts';
import type { IntervalProgress } from './progress.ts';
import { idOfDay, partOf, startDay, type DayHandle } from './start-day.ts';

interface DayRun {
  /** Undefined until the run has started. */
  handle?: DayHandle;
  /** The last limit that was sent to it, in hours. */
  sentLimit: number;
  isSending: boolean;
}

/** The runs of a backfill's days, and how many hours each of them has in flight. */
export class DayRuns {
  readonly #interval: Interval;
  readonly #reprocess: DayReprocess;
  readonly #allocator: ConcurrencyAllocator;
  readonly #runs = new Map<string, DayRun>();
  readonly #onChange: () => void;
  #changes = 0;
  #paused: boolean;
  totals = noTotals(0, 0);

  constructor(options: {
    interval: Interval;
    reprocess: DayReprocess;
    concurrency: number;
    paused: boolean;
    onChange: () => void;
  }) {
    this.#interval = options.interval;
    this.#reprocess = options.reprocess;
    this.#allocator = new ConcurrencyAllocator(options.concurrency);
    this.#paused = options.paused;
    this.#onChange = options.onChange;
  }

  get concurrency(): number {
    return this.#allocator.total;
  }

  get paused(): boolean {
    return this.#paused;
  }

  /** The ids of the runs in progress. */
  get ids(): string[] {
    return [...this.#runs.keys()].map(idOfDay);
  }

  /** Waits until another day may begin. */
  async untilDayMayBegin(): Promise<void> {
    await condition(() => !this.#paused && this.#allocator.available > 0);
  }

  /** Runs one day until it ends in any way, and adds its counts to the totals. */
  async run([date, hours]: DayPlan): Promise<void> {
    const run: DayRun = { sentLimit: this.#allocator.add(date, hours), isSending: false };
    this.#runs.set(date, run);
    this.#changed();
    try {
      run.handle = await startDay(date, this.#interval, run.sentLimit, this.#reprocess);
      // Its limit may have changed while it started.
      await this.#sendLimits();
      const day = await run.handle.result();
      this.totals = addDay(this.totals, hours, day);
    } catch (failure) {
      const day = outcomeOf(failure);
      this.totals =
        day === undefined
          ? addLostDay(this.totals, hours, describeFailure(partOf(this.#interval, date).start, failure))
          : addDay(this.totals, hours, day);
    } finally {
      this.#runs.delete(date);
      this.#allocator.remove(date);
      this.#changed();
      await this.#sendLimits();
    }
  }

  /** Waits until no run is in progress. No other day begins then, so all free hours go to the runs in progress. */
  async finish(): Promise<void> {
    while (this.#runs.size > 0) {
      this.#allocator.allocateAll();
      const seen = this.#changes;
      await this.#sendLimits();
      await condition(() => this.#changes !== seen);
    }
  }

  /** Sets how many hours are in flight in all days together. */
  async setConcurrency(hours: number): Promise<void> {
    this.#allocator.setTotal(hours);
    this.#changed();
    await this.#sendLimits();
  }

  /** Pauses all days, or resumes them. */
  async setPaused(paused: boolean): Promise<void> {
    this.#paused = paused;
    this.#changed();
    await this.#sendLimits();
  }

  /** Sends their limits to the runs whose limit has changed. */
  async #sendLimits(): Promise<void> {
    // Only to these: a promise for each of hundreds of runs, whenever one of them ends, costs seconds in a workflow.
    const changed = [...this.#runs].filter(([date, run]) => this.#limitOf(date) !== run.sentLimit);
    await Promise.all(changed.map(async ([date, run]) => this.#sendLimit(date, run)));
  }

  /**
   * Sends one signal at a time, because two may arrive in either order; then checks whether the limit has changed
   * again.
   */
  async #sendLimit(date: string, run: DayRun): Promise<void> {
    if (run.handle === undefined || run.isSending) return;
    run.isSending = true;
    for (let limit = this.#limitOf(date); limit !== run.sentLimit; limit = this.#limitOf(date)) {
      run.sentLimit = limit;
      // A run that has just ended needs no limit.
      await run.handle.signal(hourConcurrencySignal, limit).catch(() => undefined);
    }
    run.isSending = false;
  }

  #limitOf(date: string): number {
    return this.#paused ? 0 : (this.#allocator.limits.get(date) ?? 0);
  }

  #changed(): void {
    this.#changes += 1;
    this.#onChange();
  }
}

/** The progress of a day with failed hours, from the details of its failure. */
function outcomeOf(failure: unknown): IntervalProgress | undefined {
  const cause = failure instanceof ChildWorkflowFailure ? failure.cause : undefined;
  if (!(cause instanceof ApplicationFailure) || cause.type !== 'HoursFailed') return undefined;
  return cause.details?.[0] as IntervalProgress | undefined;
}
