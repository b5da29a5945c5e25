import type { Context } from '@temporalio/activity';
import type { Bucket } from '../bronze/bucket.ts';
import { OperationLog, type UnloggedAttempt } from '../bronze/operation-log.ts';
import { messageOf } from '../core/errors.ts';
import type { Redact } from '../core/redact.ts';
import type { HourInput } from './hour-input.ts';

/** What one attempt leaves to the next, with its heartbeats, about logs. */
export interface LogDetails {
  /** The attempts so far that have ended by themselves, and whose log could not be stored. None: all could. */
  readonly unlogged?: readonly UnloggedAttempt[];
}

const STORED_WITHIN_MS = 15_000;

/** The operation log of one attempt, and what the attempts before it could not store in theirs. */
export class AttemptLog {
  readonly operations: OperationLog;
  readonly #context: Context;
  readonly #input: HourInput;
  #unlogged: readonly UnloggedAttempt[];

  constructor(context: Context, input: HourInput, redact: Redact) {
    const { activityType: activity, attempt, heartbeatDetails, workflowExecution } = context.info;
    const { workflowId = '', runId = '' } = workflowExecution ?? {};
    const { window, round } = input;
    this.operations = new OperationLog({ workflowId, runId, window, round, activity, attempt }, redact);
    this.#context = context;
    this.#input = input;
    this.#unlogged = unloggedIn(heartbeatDetails);
  }

  /** What the next attempt has to know, should this one end now. */
  get details(): LogDetails {
    return this.#unlogged.length === 0 ? {} : { unlogged: this.#unlogged };
  }

  /**
   * Stores the log of this attempt, which has ended as `end` says, with a word on those before it that have none. A log
   * that cannot be stored must not cost the hour: the worker's own log says so instead, and the next attempt is told.
   */
  async store(bucket: Bucket, prefix: string, end: Pick<UnloggedAttempt, 'outcome' | 'end'>): Promise<void> {
    const { info, log } = this.#context;
    const inTime = bucket.until(AbortSignal.timeout(STORED_WITHIN_MS));
    try {
      const isFirst = !(await this.operations.noteEarlierAttempts(inTime, prefix, this.#unlogged));
      if (isFirst) this.#noteLostWorker();
      await this.operations.store(inTime, prefix);
      this.#unlogged = [];
    } catch (error) {
      this.#unlogged = [...this.#unlogged, { attempt: info.attempt, ...end }];
      log.warn('the operation log was not stored', { reason: messageOf(error) });
    }
  }

  #noteLostWorker(): void {
    const { lostStep, round } = this.#input;
    if (lostStep === undefined) return;
    this.operations.add({
      operation: 'attempt',
      item: `${lostStep} of round ${round - 1}`,
      outcome: 'killed',
      detail: 'its worker was lost',
    });
  }
}

function unloggedIn(details: unknown): readonly UnloggedAttempt[] {
  const told = typeof details === 'object' && details !== null ? (details as LogDetails).unlogged : undefined;
  return Array.isArray(told) ? told : [];
}
