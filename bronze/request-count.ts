import { AsyncLocalStorage } from 'node:async_hooks';
import type { S3Client } from '@aws-sdk/client-s3';

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

/** Runs `send`; the requests of counting clients that it sends are added to `count`, if there is one. */
export function countedBy<T>(count: RequestCount | undefined, send: () => Promise<T>): Promise<T> {
  return count === undefined ? send() : counts.run(count, send);
}

/** Makes `countedBy` count the requests of this client. To be called before the first request. */
export function countRequests(client: S3Client): void {
  client.middlewareStack.add(
    (next, { commandName = '' }) =>
      (args) => {
        counts.getStore()?.add(commandName.replace(/Command$/, ''), bodyBytes(args.request));
        return next(args);
      },
    // After the SDK's retries: every request passes here, not only every command.
    { name: 'countRequests', step: 'deserialize', priority: 'low' },
  );
}

/** The size of a request's body. `x-amz-decoded-content-length`: its size without the signatures of its chunks. */
function bodyBytes(request: unknown): number {
  if (typeof request !== 'object' || request === null || !('headers' in request)) return 0;
  const headers = new Map(
    Object.entries(request.headers ?? {}).map(([name, value]) => [name.toLowerCase(), Number(value)]),
  );
  return headers.get('x-amz-decoded-content-length') ?? headers.get('content-length') ?? 0;
}
