import type { Answer, Decision } from './answers.ts';
import type { FaultKind } from './faults.ts';
import type { RequestedRange } from './requests.ts';

interface AnsweredRequest {
  /** 0 for a request without an answer. */
  readonly status: number;
  /** The faults that it met. */
  readonly faults: readonly FaultKind[];
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** A request of the export, or of an unknown path, and how it was answered. */
export interface ExportRequest extends AnsweredRequest {
  readonly of: 'export';
  /** The first hour, such as `2026-01-01T05`; when it is not valid, as it was sent. */
  readonly start: string;
  /** The last hour, included. */
  readonly end: string;
}

/** A request of the events list and how it was answered. */
export interface EventsListRequest extends AnsweredRequest {
  readonly of: 'events-list';
}

/** Keeps every request, oldest first, and tells `onRequest` of it. */
export class RequestLog {
  readonly exports: ExportRequest[] = [];
  readonly eventsLists: EventsListRequest[] = [];
  readonly #onRequest: (request: ExportRequest | EventsListRequest) => void;

  constructor(onRequest: (request: ExportRequest | EventsListRequest) => void) {
    this.#onRequest = onRequest;
  }

  /** Adds a request of the export. */
  addExport({ start, end }: RequestedRange, decision: Decision): void {
    const request: ExportRequest = { of: 'export', start, end, ...outcome(decision) };
    this.exports.push(request);
    this.#onRequest(request);
  }

  /** Adds a request of the events list. */
  addEventsList(decision: Decision): void {
    const request: EventsListRequest = { of: 'events-list', ...outcome(decision) };
    this.eventsLists.push(request);
    this.#onRequest(request);
  }
}

function outcome({ met, answer }: Decision): AnsweredRequest {
  return { status: statusOf(answer), faults: met.map(({ kind }) => kind), at: Date.now() };
}

function statusOf(answer: Answer): number {
  if ('refusal' in answer) return answer.refusal.status;
  return 'absence' in answer ? 0 : 200;
}
