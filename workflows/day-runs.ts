import { ApplicationFailure, ChildWorkflowFailure, condition } from '@temporalio/workflow';
import type { DayPlan } from '../activities/plan-backfill.ts';
import type { Interval } from '../core/interval.ts';
import { addDay, addLostDay, noTotals } from './backfill-progress.ts';
import { describeFailure } from './failures.ts';
import { hourConcurrencySignal } from './messages.ts';
import type { IntervalProgress } from './progress.ts';
import { ConcurrencyAllocator } from './concurrency-allocator.ts';
import { idOfDay, partOf, startDay, type DayHandle } from './start-day.ts';

interface DayRun {
  /** Undefined until the run has started. */
  handle?: DayHandle;
  /** The concurrency that it was last told. */
  told: number;
  isBeingTold: boolean;
}

/** The runs of a backfill's days, and how many hours each of them has in flight. */
export class DayRuns {
  readonly #interval: Interval;
  readonly #reprocess: boolean | 'rejected';
  readonly #shares: ConcurrencyAllocator;
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
    this.#shares = new ConcurrencyAllocator(options.concurrency);
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
    return [...this.#runs.keys()].map(idOfDay);
  }

  /** Waits until another day may begin. */
  async room(): Promise<void> {
    await condition(() => !this.#paused && this.#shares.room > 0);
  }

  /** Runs one day to its end, whatever that is, and adds what it came to. */
  async run([date, hours]: DayPlan): Promise<void> {
    const run: DayRun = { told: this.#shares.begin(date, hours), isBeingTold: false };
    this.#runs.set(date, run);
    this.#changed();
    try {
      run.handle = await startDay(date, this.#interval, run.told, this.#reprocess);
      // What changed while it started, it has not been told yet.
      await this.#tell();
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
      this.#shares.end(date);
      this.#changed();
      await this.#tell();
    }
  }

  /** Waits until no run is under way. No other day begins meanwhile, so those that run get all there is to share. */
  async finish(): Promise<void> {
    while (this.#runs.size > 0) {
      this.#shares.allocateAll();
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

  /** Tells the runs their share, those whose share has changed. */
  async #tell(): Promise<void> {
    // Promises are dear in a workflow: one for each of hundreds of runs, whenever one of them ends, is seconds.
    const behind = [...this.#runs].filter(([date, run]) => this.#shareOf(date) !== run.told);
    await Promise.all(behind.map(async ([date, run]) => this.#tellRun(date, run)));
  }

  /** One signal at a time: two on their way may arrive in either order. Whoever sends one looks again afterwards. */
  async #tellRun(date: string, run: DayRun): Promise<void> {
    if (run.handle === undefined || run.isBeingTold) return;
    run.isBeingTold = true;
    for (let share = this.#shareOf(date); share !== run.told; share = this.#shareOf(date)) {
      run.told = share;
      // A run that has just ended needs no telling.
      await run.handle.signal(hourConcurrencySignal, share).catch(() => undefined);
    }
    run.isBeingTold = false;
  }

  #shareOf(date: string): number {
    return this.#paused ? 0 : (this.#shares.all.get(date) ?? 0);
  }

  #changed(): void {
    this.#changes += 1;
    this.#onChange();
  }
}

/** What a day with failed hours came to: the run says so in its failure. */
function outcomeOf(failure: unknown): IntervalProgress | undefined {
  const cause = failure instanceof ChildWorkflowFailure ? failure.cause : undefined;
  if (!(cause instanceof ApplicationFailure) || cause.type !== 'HoursFailed') return undefined;
  return cause.details?.[0] as IntervalProgress | undefined;
}
