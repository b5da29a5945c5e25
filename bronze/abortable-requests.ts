import { AsyncLocalStorage } from 'node:async_hooks';
import type {
  $Command,
  S3Client,
  S3ClientResolvedConfig,
  ServiceInputTypes,
  ServiceOutputTypes,
} from '@aws-sdk/client-s3';

/** Sends a command of the SDK. @throws the SDK's own errors */
export type Send = <I extends ServiceInputTypes, O extends ServiceOutputTypes>(
  command: $Command<I, O, S3ClientResolvedConfig, ServiceInputTypes, ServiceOutputTypes>,
) => Promise<O>;

const signals = new AsyncLocalStorage<AbortSignal | undefined>();
const signalOf = new WeakMap<object, AbortSignal>();

/**
 * Runs `send`; the requests of abortable clients that it sends end when the signal aborts. The SDK takes a
 * signal as an option of a request, too, but assembles all middleware again for a request with options: a third of the
 * CPU time of a small one. A pause of the SDK between two tries, of seconds at most, is not ended.
 */
export function untilAborted<T>(signal: AbortSignal | undefined, send: () => Promise<T>): Promise<T> {
  return signals.run(signal, send);
}

/** Makes `untilAborted` end the requests of this client. To be called before the first request. */
export function makeAbortable(client: S3Client): void {
  client.middlewareStack.add(
    (next) => (args) => {
      const signal = signals.getStore();
      if (signal !== undefined && typeof args.request === 'object' && args.request !== null)
        signalOf.set(args.request, signal);
      return next(args);
    },
    // The last step before the request is sent: signing makes a copy of it.
    { name: 'makeAbortable', step: 'deserialize', priority: 'low' },
  );
  const { requestHandler } = client.config;
  const handle = requestHandler.handle.bind(requestHandler);
  // The client of a token service may share the handler. Its requests have no signal: they serve many requests of ours.
  requestHandler.handle = (request, options) => {
    const abortSignal = signalOf.get(request);
    return handle(request, abortSignal === undefined ? options : { ...options, abortSignal });
  };
}
