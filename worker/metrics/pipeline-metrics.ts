import { Counter, Histogram, Registry } from 'prom-client';
import type { Uploaded } from '../../activities/uploaded.ts';
import type { SentRequest } from '../../bronze/observe-requests.ts';
import { SOURCE_REQUEST, type Operation } from '../../bronze/operation-log.ts';
import type { ErrorType } from '../../core/error-types.ts';

/** How an hour of a run ended. */
const OUTCOMES = ['landed', 'unchanged', 'outdated', 'failed'] as const;

/** In seconds: from a request that is answered at once to an archive that takes hours. */
const STEP_BUCKETS = [0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100, 300, 1000, 3000];

/**
 * What a worker counts of its work, for Prometheus. docs/metrics.md explains each metric. No label grows with the data.
 * A counter without labels, and each outcome, is there from the start with 0: Prometheus sees no increase in a counter that
 * begins with 1.
 */
export class PipelineMetrics {
  readonly registry = new Registry();
  readonly #hours = this.#counter('hours_total', 'Hours of runs, by how they ended', ['outcome']);
  readonly #changedHours = this.#counter(
    'changed_hours_total',
    'Hours that landed and had landed before with other lines',
  );
  readonly #events = this.#counter('events_total', 'Events of the hours that landed');
  readonly #rejected = this.#counter('rejected_lines_total', 'Rejected lines of the hours that landed');
  readonly #outsideWindow = this.#counter(
    'outside_window_events_total',
    'Events that arrived outside their hour, of the hours that landed',
  );
  readonly #sourceRequests = this.#counter(
    'source_requests_total',
    'Requests to Amplitude, by HTTP status; none: no answer',
    ['status'],
  );
  readonly #sourceBytes = this.#counter(
    'source_bytes_total',
    'Bytes of answers from Amplitude that came whole',
  );
  readonly #storageRequests = this.#counter(
    'storage_requests_total',
    'Requests to the storage, by S3 operation and HTTP status; none: no answer',
    ['operation', 'status'],
  );
  readonly #storageBytes = this.#counter('storage_bytes_total', 'Bytes sent to the storage');
  readonly #failedAttempts = this.#counter(
    'failed_attempts_total',
    'Attempts of activities that failed, by error type, and whether an error of this type is retried',
    ['activity', 'type', 'retried'],
  );
  readonly #stepSeconds = new Histogram({
    name: 'amplitude_export_step_seconds',
    help: 'Seconds of each step: a whole attempt, or one of its operations',
    labelNames: ['step'],
    buckets: STEP_BUCKETS,
    registers: [this.registry],
  });

  constructor() {
    for (const outcome of OUTCOMES) this.#hours.inc({ outcome }, 0);
  }

  #counter<L extends string = never>(name: string, help: string, labelNames: L[] = []): Counter<L> {
    return new Counter({ name: `amplitude_export_${name}`, help, labelNames, registers: [this.registry] });
  }

  /** Counts an hour that ended well. */
  hourLanded({ outcome, events, rejected, outsideWindow = 0, eventsBefore }: Uploaded): void {
    this.#hours.inc({ outcome });
    if (outcome !== 'landed') return;
    this.#events.inc(events);
    this.#rejected.inc(rejected);
    this.#outsideWindow.inc(outsideWindow);
    if (eventsBefore !== null) this.#changedHours.inc();
  }

  /** Counts an hour that failed. */
  hourFailed(): void {
    this.#hours.inc({ outcome: 'failed' });
  }

  /** Counts an attempt that failed. */
  attemptFailed(activity: string, type: ErrorType | 'other', isRetried: boolean): void {
    this.#failedAttempts.inc({ activity, type, retried: String(isRetried) });
  }

  /** Counts an operation that has ended. */
  operationEnded({ operation, duration_ms, http_status, bytes = 0, outcome }: Operation): void {
    if (duration_ms === undefined) return;
    this.#stepSeconds.observe({ step: operation }, duration_ms / 1000);
    if (operation === SOURCE_REQUEST) this.#sourceRequests.inc({ status: http_status ?? 'none' });
    if (operation === 'download' && outcome === 'ok') this.#sourceBytes.inc(bytes);
  }

  /** Counts a request to the storage. */
  requestSent({ operation, httpStatus, bytes }: SentRequest): void {
    this.#storageRequests.inc({ operation, status: httpStatus ?? 'none' });
    this.#storageBytes.inc(bytes);
  }
}
