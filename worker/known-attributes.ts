import type { NativeConnection } from '@temporalio/worker';

const ASK_AGAIN_AFTER_MS = 60_000;

/**
 * Says which search attributes a namespace knows, by their names, asking again once a minute has passed. None when the
 * server does not tell: runs then do without.
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
