import { AsyncLocalStorage } from 'node:async_hooks';
import type { SentRequest } from './observe-requests.ts';

/** The requests of one operation of S3, such as `PutObject`; `bytes` is the total size of their bodies. */
export interface CountedRequests {
  readonly operation: string;
  readonly requests: number;
  readonly bytes: number;
}

/** Counts requests to the storage by their operation, each one that is sent: also those that fail, and repeated ones. */
export class RequestCount {
  readonly #counts = new Map<string, CountedRequests>();

  /** Adds requests, by default one, with bodies of so many bytes together. */
  add(operation: string, bytes: number, requests = 1): void {
    const before = this.#counts.get(operation) ?? { operation, requests: 0, bytes: 0 };
    this.#counts.set(operation, {
      operation,
      requests: before.requests + requests,
      bytes: before.bytes + bytes,
    });
  }

  /** The counts so far, in the order in which the operations first occurred. */
  list(): CountedRequests[] {
    return [...this.#counts.values()];
  }
}

const counts = new AsyncLocalStorage<RequestCount>();

/** Runs `send`; the requests that it sends are added to `count`, if there is one, by clients that `countRequest` observes. */
export function countedBy<T>(count: RequestCount | undefined, send: () => Promise<T>): Promise<T> {
  return count === undefined ? send() : counts.run(count, send);
}

/** Adds a request that was sent to the count of the `countedBy` that sent it. For `observeRequests`. */
export function countRequest({ operation, bytes }: SentRequest): void {
  counts.getStore()?.add(operation, bytes);
}
