import { Connection } from '@temporalio/client';
import { ServerNotStarted } from '../../local/errors.ts';
import type { NativeStack } from '../../local/native/native-stack.ts';

/**
 * Asks the Temporal server for what the Compose file says of it. Returns its answers in words.
 * @throws ServerNotStarted when it says anything else
 */
export async function checkStack({ compose, temporal, worker }: NativeStack): Promise<string> {
  const { release, environment } = compose.service('temporal');
  const [, days] = /--retention (\d+)d\b/.exec(compose.service('temporal-namespace').words.join(' ')) ?? [];
  const namespace = worker.environment['TEMPORAL_NAMESPACE'] ?? '';
  const expected = inWords(release, environment['NUM_HISTORY_SHARDS'], namespace, Number(days));

  const connection = await Connection.connect({ address: temporal.address });
  try {
    const cluster = await connection.workflowService.getClusterInfo({});
    const { config } = await connection.workflowService.describeNamespace({ namespace });
    const seconds = Number(config?.workflowExecutionRetentionTtl?.seconds ?? 0);
    const found = inWords(
      cluster.serverVersion,
      String(cluster.historyShardCount),
      namespace,
      seconds / 86_400,
    );
    if (found === expected) return `as the Compose file says: ${found}`;
    throw new ServerNotStarted(`the Compose file says "${expected}", and the server says "${found}"`);
  } finally {
    await connection.close();
  }
}

function inWords(
  release: string | null | undefined,
  shards: string | undefined,
  namespace: string,
  days: number,
): string {
  return `Temporal ${release}, ${shards} history shards, namespace ${namespace} keeps runs for ${days} days`;
}
