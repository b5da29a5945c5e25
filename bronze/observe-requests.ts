import type { S3Client } from '@aws-sdk/client-s3';

/** One request to the storage; each try of the SDK is one. */
export interface SentRequest {
  /** The operation of the S3 API, such as `PutObject`. */
  readonly operation: string;
  /** Undefined when there was no answer. */
  readonly httpStatus: number | undefined;
  /** The size of its body, in bytes. */
  readonly bytes: number;
}

/** Receives each request to the storage once it was answered or has failed. */
export type RequestObserver = (request: SentRequest) => void;

/** Makes a client pass each of its requests to `onRequest`. To be called before the first request. */
export function observeRequests(client: S3Client, onRequest: RequestObserver): void {
  client.middlewareStack.add(
    (next, context) => async (args) => {
      const operation = (context.commandName ?? 'unknown').replace(/Command$/, '');
      const bytes = bodyBytes(args.request);
      try {
        const answer = await next(args);
        onRequest({ operation, bytes, httpStatus: statusOf(answer.response) });
        return answer;
      } catch (error) {
        onRequest({ operation, bytes, httpStatus: undefined });
        throw error;
      }
    },
    // After the step that repeats requests, and below the one that turns an answer into an error.
    { name: 'observeRequests', step: 'deserialize', priority: 'low' },
  );
}

function bodyBytes(request: unknown): number {
  if (typeof request !== 'object' || request === null || !('headers' in request)) return 0;
  const headers = request.headers as Readonly<Record<string, string | undefined>>;
  return Number(headers['content-length'] ?? 0);
}

function statusOf(response: unknown): number | undefined {
  if (typeof response !== 'object' || response === null || !('statusCode' in response)) return undefined;
  return typeof response.statusCode === 'number' ? response.statusCode : undefined;
}
