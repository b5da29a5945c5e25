import type { NativeConnection } from '@temporalio/worker';

const ASK_AGAIN_AFTER_MS = 60_000;

/**
 * Makes a function that gives the names of the search attributes of a namespace. It asks the server again once a minute
 * has passed. Empty when the server does not say: runs then set none.
 */
export function knownAttributes(
  connection: NativeConnection,
  namespace: string,
): () => Promise<readonly string[]> {
  let known: Promise<readonly string[]> | undefined;
  let askedAt = 0;
  return () => {
    if (known === undefined || performance.now() - askedAt > ASK_AGAIN_AFTER_MS) {
      askedAt = performance.now();
      known = connection.operatorService.listSearchAttributes({ namespace }).then(
        ({ customAttributes }) => Object.keys(customAttributes),
        () => [],
      );
    }
    return known;
  };
}
