import { createObjectCsvStringifier } from 'csv-writer';
import { ExportError, messageOf } from '../core/errors.ts';
import type { HourWindow } from '../core/hour-window.ts';
import type { Redact } from '../core/redact.ts';
import type { Bucket } from './bucket.ts';
import { hourFolder } from './keys.ts';

/** Whose operations a log holds: one attempt of one activity on one hour. `pass` counts starts from extract. */
export interface LogOwner {
  readonly workflowId: string;
  readonly runId: string;
  readonly activity: string;
  readonly attempt: number;
  readonly pass: number;
  readonly window: HourWindow;
}

/** What one operation came to; sizes in bytes, times in milliseconds. */
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
 * The rows of one activity attempt: one for each API call, file and storage operation. It lands as CSV, without what
 * `redact` takes out of items and details, which may come from outside.
 */
export class OperationLog {
  readonly #owner: LogOwner;
  readonly #redact: Redact;
  readonly #rows: Record<string, string | number>[] = [];

  constructor(owner: LogOwner, redact: Redact = (text) => text) {
    this.#owner = owner;
    this.#redact = redact;
  }

  /** Adds one row, at the present time. */
  add(operation: Operation): void {
    const { workflowId, runId, activity, attempt, window } = this.#owner;
    this.#rows.push({
      time: new Date().toISOString(),
      workflow_id: workflowId,
      run_id: runId,
      activity,
      attempt,
      window,
      ...operation,
      item: this.#redact(operation.item ?? ''),
      detail: this.#redact(operation.detail ?? ''),
    });
  }

  /** Runs an operation and adds its row, failed or not. `measure` adds what only the result tells. */
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
    return `${csv.getHeaderString() ?? ''}${csv.stringifyRecords(this.#rows)}`;
  }

  /** Stores the log; an attempt of a later pass gets a key of its own. @throws the typed errors of storage-errors.ts */
  async store(bucket: Bucket, prefix: string): Promise<void> {
    await bucket.putText(logKey(prefix, this.#owner, this.#owner.attempt), this.toString(), 'text/csv');
  }

  /** Adds a row for each earlier attempt that left no log because it was killed. @throws as `store` */
  async noteKilledAttempts(bucket: Bucket, prefix: string): Promise<void> {
    if (this.#owner.attempt === 1) return;
    const present = new Set(
      (await bucket.list(hourFolder(prefix, 'logs', this.#owner.window))).map(({ key }) => key),
    );
    for (let attempt = 1; attempt < this.#owner.attempt; attempt += 1) {
      if (present.has(logKey(prefix, this.#owner, attempt))) continue;
      this.add({
        operation: 'attempt',
        item: String(attempt),
        outcome: 'killed',
        detail: 'it left no log',
      });
    }
  }
}

/** The part of a row that says what went wrong. */
export function failureColumns(error: unknown): Pick<Operation, 'outcome' | 'detail' | 'http_status'> {
  if (!(error instanceof ExportError)) return { outcome: 'failed', detail: messageOf(error) };
  const status = error.httpStatus === undefined ? {} : { http_status: error.httpStatus };
  return { outcome: 'failed', detail: `${error.type}: ${messageOf(error)}`, ...status };
}

function logKey(prefix: string, owner: LogOwner, attempt: number): string {
  const name = owner.pass === 1 ? `${attempt}` : `${owner.pass}.${attempt}`;
  return `${hourFolder(prefix, 'logs', owner.window)}${owner.runId}-${owner.activity}-${name}.csv`;
}
