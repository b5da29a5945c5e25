import { createObjectCsvStringifier } from 'csv-writer';
import { ExportError, messageOf } from '../core/errors.ts';
import type { HourWindow } from '../core/hour-window.ts';
import { printable } from '../core/printable.ts';
import type { Redact } from '../core/redact.ts';
import type { Bucket } from './bucket.ts';
import { eventsListLogFolder } from './events-list/keys.ts';
import { hourFolder } from './keys.ts';

/**
 * The attempt whose operations a log holds: one attempt of one activity, on one hour or on the events list of a UTC date
 * such as `2026-01-01`. `round` counts from 1.
 */
export type LogOwner = {
  readonly workflowId: string;
  readonly runId: string;
  readonly activity: string;
  readonly attempt: number;
  readonly round: number;
} & ({ readonly window: HourWindow } | { readonly eventsListOf: string });

/** The result of one operation; sizes in bytes, times in milliseconds. */
export interface Operation {
  readonly operation: string;
  readonly item?: string;
  readonly bytes?: number;
  readonly events?: number;
  readonly duration_ms?: number;
  readonly http_status?: number;
  readonly outcome: 'ok' | 'failed' | 'killed';
  readonly detail?: string;
}

/** An attempt that was not killed, but whose log could not be stored. */
export interface UnloggedAttempt {
  readonly attempt: number;
  readonly outcome: 'ok' | 'failed';
  /** How it ended, in words that follow `it`, such as `failed with DiskFull`. */
  readonly end: string;
}

const COLUMNS = [
  'time',
  'workflow_id',
  'run_id',
  'activity',
  'attempt',
  'window',
  'operation',
  'item',
  'bytes',
  'events',
  'duration_ms',
  'http_status',
  'outcome',
  'detail',
];

/**
 * The rows of one activity attempt: one for each API call, file and storage operation. The code that runs an
 * operation adds its row: `activities/`, and manifest-store.ts for the bucket. The log is stored as CSV. Items and
 * details may come from outside, so `redact` takes the secrets out of them. The export never deletes logs: use a
 * lifecycle rule of the bucket.
 */
export class OperationLog {
  readonly #owner: LogOwner;
  readonly #redact: Redact;
  readonly #onOperation: (operation: Operation) => void;
  readonly #rows: Record<string, string | number>[] = [];

  /** `onOperation` gets every operation when its row is added. */
  constructor(
    owner: LogOwner,
    redact: Redact = (text) => text,
    onOperation: (operation: Operation) => void = () => undefined,
  ) {
    this.#owner = owner;
    this.#redact = redact;
    this.#onOperation = onOperation;
  }

  /** Adds one row, with the current time. */
  add(operation: Operation): void {
    this.#onOperation(operation);
    const { workflowId, runId, activity, attempt } = this.#owner;
    this.#rows.push({
      time: new Date().toISOString(),
      workflow_id: workflowId,
      run_id: runId,
      activity,
      attempt,
      window: 'window' in this.#owner ? this.#owner.window : '',
      ...operation,
      item: this.#redact(operation.item ?? ''),
      detail: this.#redact(operation.detail ?? ''),
    });
  }

  /**
   * Runs an operation and adds its row, whether it fails or not. `measure` returns the columns that depend on the
   * result.
   * @throws what `run` throws
   */
  async time<T>(
    operation: Pick<Operation, 'operation' | 'item' | 'bytes'>,
    run: () => Promise<T>,
    measure: (result: T) => Partial<Operation> = () => ({}),
  ): Promise<T> {
    const startedAt = performance.now();
    const took = (): number => Math.round(performance.now() - startedAt);
    try {
      const result = await run();
      this.add({ ...operation, duration_ms: took(), outcome: 'ok', ...measure(result) });
      return result;
    } catch (error) {
      this.add({ ...operation, duration_ms: took(), ...failureColumns(error) });
      throw error;
    }
  }

  /** The log as CSV, header first. */
  toString(): string {
    const csv = createObjectCsvStringifier({ header: COLUMNS.map((id) => ({ id, title: id })) });
    const rows = this.#rows.map((row) =>
      Object.fromEntries(Object.entries(row).map(([column, value]) => [column, cellOf(value)])),
    );
    return `${csv.getHeaderString() ?? ''}${csv.stringifyRecords(rows)}`;
  }

  /**
   * Stores the log. The key names the attempt, and the round from the second on.
   * @throws the typed errors of storage-errors.ts
   */
  async store(bucket: Bucket, prefix: string): Promise<void> {
    await bucket.putText(logKey(prefix, this.#owner, this.#owner.attempt), this.toString(), 'text/csv');
  }

  /**
   * Adds a row for each earlier attempt without a log, back to the last attempt that has one, whose own log covers
   * those before it. An attempt that is not among `unlogged` was killed. Returns whether an earlier attempt has a
   * log. @throws as `store`
   */
  async noteEarlierAttempts(
    bucket: Bucket,
    prefix: string,
    unlogged: readonly UnloggedAttempt[],
  ): Promise<boolean> {
    const { attempt: present } = this.#owner;
    if (present === 1) return false;
    const listed = await bucket.list(logFolderOf(prefix, this.#owner));
    const stored = new Set(listed.map(({ key }) => key));
    const withoutLog: number[] = [];
    let attempt = present - 1;
    for (; attempt > 0 && !stored.has(logKey(prefix, this.#owner, attempt)); attempt -= 1)
      withoutLog.push(attempt);
    for (const earlier of withoutLog.toReversed()) this.#noteWithoutLog(earlier, unlogged);
    return attempt > 0;
  }

  #noteWithoutLog(attempt: number, unlogged: readonly UnloggedAttempt[]): void {
    const ended = unlogged.find((one) => one.attempt === attempt);
    this.add({
      operation: 'attempt',
      item: String(attempt),
      outcome: ended?.outcome ?? 'killed',
      detail: ended === undefined ? 'it left no log' : `it ${ended.end}; its log could not be stored`,
    });
  }
}

/** The columns of a row that say how an operation failed. */
export function failureColumns(error: unknown): Pick<Operation, 'outcome' | 'detail' | 'http_status'> {
  if (!(error instanceof ExportError)) return { outcome: 'failed', detail: messageOf(error) };
  const status = error.httpStatus === undefined ? {} : { http_status: error.httpStatus };
  return { outcome: 'failed', detail: `${error.type}: ${messageOf(error)}`, ...status };
}

/** Characters that begin a formula in a spreadsheet, and the `'` that marks a value as text. */
const FORMULA = /^[=+\-@\uff1d\uff0b\uff0d\uff20']/;

/**
 * A value as written to the CSV. Names come from outside, so a text is kept on one line and must not be a formula: a
 * `'` is put before it. Without that `'` it is the original text. Numbers stay numbers. Source: OWASP, CSV Injection.
 */
function cellOf(value: string | number): string | number {
  if (typeof value === 'number') return value;
  return printable(FORMULA.test(value) ? `'${value}` : value);
}

function logKey(prefix: string, owner: LogOwner, attempt: number): string {
  const name = owner.round === 1 ? `${attempt}` : `${owner.round}.${attempt}`;
  return `${logFolderOf(prefix, owner)}${owner.runId}-${owner.activity}-${name}.csv`;
}

function logFolderOf(prefix: string, owner: LogOwner): string {
  return 'window' in owner
    ? hourFolder(prefix, 'logs', owner.window)
    : eventsListLogFolder(prefix, owner.eventsListOf);
}
