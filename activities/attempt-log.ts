import type { Context } from '@temporalio/activity';
import type { Bucket } from '../bronze/bucket.ts';
import {
  OperationLog,
  type LogOwner,
  type Operation,
  type UnloggedAttempt,
} from '../bronze/operation-log.ts';
import { messageOf } from '../core/errors.ts';
import type { Redact } from '../core/redact.ts';
import type { HourInput } from './hour-input.ts';

/** What one attempt passes on to the next about logs, with its heartbeats. */
export interface LogDetails {
  /** The attempts so far that ended, but whose log could not be stored; absent when there are none. */
  readonly unlogged?: readonly UnloggedAttempt[];
}

/** What an attempt is at: an hour, or the events list, whose logs are kept under a UTC date such as `2026-01-01`. */
export type Work = HourInput | { readonly eventsListOf: string };

const STORE_TIMEOUT_MS = 15_000;

/** The operation log of one attempt, with notes on earlier attempts that have no log. */
export class AttemptLog {
  readonly operations: OperationLog;
  readonly #context: Context;
  readonly #work: Work;
  #unlogged: readonly UnloggedAttempt[];

  constructor(context: Context, work: Work, redact: Redact, onOperation: (operation: Operation) => void) {
    const { activityType: activity, attempt, heartbeatDetails, workflowExecution } = context.info;
    const { workflowId = '', runId = '' } = workflowExecution ?? {};
    const one = { workflowId, runId, activity, attempt };
    const owner: LogOwner =
      'window' in work
        ? { ...one, window: work.window, round: work.round }
        : { ...one, eventsListOf: work.eventsListOf, round: 1 };
    this.operations = new OperationLog(owner, redact, onOperation);
    this.#context = context;
    this.#work = work;
    this.#unlogged = unloggedIn(heartbeatDetails);
  }

  /** What the next attempt needs if this one ends now. */
  get details(): LogDetails {
    return this.#unlogged.length === 0 ? {} : { unlogged: this.#unlogged };
  }

  /**
   * Stores the log of this attempt, whose end is `end`, with notes on earlier attempts that have none. When it cannot
   * be stored, the work goes on: the log of the worker has a warning, and the next attempt notes the missing log.
   */
  async store(bucket: Bucket, prefix: string, end: Pick<UnloggedAttempt, 'outcome' | 'end'>): Promise<void> {
    const { info, log } = this.#context;
    const inTime = bucket.until(AbortSignal.timeout(STORE_TIMEOUT_MS));
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
    if (!('window' in this.#work) || this.#work.lostStep === undefined) return;
    const { lostStep, round } = this.#work;
    this.operations.add({
      operation: 'attempt',
      item: `${lostStep} of round ${round - 1}`,
      outcome: 'killed',
      detail: 'its worker was lost',
    });
  }
}

function unloggedIn(details: unknown): readonly UnloggedAttempt[] {
  const list = typeof details === 'object' && details !== null ? (details as LogDetails).unlogged : undefined;
  return Array.isArray(list) ? list : [];
}
