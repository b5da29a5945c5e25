import { isGrpcServiceError } from '@temporalio/client';
import type { NativeConnection } from '@temporalio/worker';
import { exportAttributes } from '../workflows/search-attributes.ts';

const ASK_AGAIN_AFTER_MS = 60_000;

/** gRPC's INVALID_ARGUMENT. */
const INVALID = [3];

/** gRPC's PERMISSION_DENIED and UNIMPLEMENTED. */
const REFUSED_OR_UNKNOWN = [7, 12];

/** What is asked of the server, by a client or a worker. */
type Asked = Pick<NativeConnection, 'operatorService' | 'workflowService'>;

/**
 * Makes a function that gives the names of the search attributes of runs that a namespace knows. It asks the server
 * again once a minute has passed. Empty when the server does not say: runs then set none.
 */
export function knownAttributes(connection: Asked, namespace: string): () => Promise<readonly string[]> {
  let known: Promise<readonly string[]> | undefined;
  let askedAt = 0;
  return () => {
    if (known === undefined || performance.now() - askedAt > ASK_AGAIN_AFTER_MS) {
      askedAt = performance.now();
      known = askAttributes(connection, namespace).catch(() => []);
    }
    return known;
  };
}

/**
 * The names of the search attributes of runs that a namespace knows.
 * @throws the errors of the Temporal client
 */
export async function askAttributes(connection: Asked, namespace: string): Promise<string[]> {
  const names = Object.values(exportAttributes).map(({ name }) => name);
  try {
    const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace });
    return names.filter((name) => name in customAttributes);
  } catch (error) {
    if (!isRefusal(error)) throw error;
  }
  // Temporal Cloud need not answer an operator's question. That a query may use an attribute says the same.
  const known = await Promise.all(names.map(async (name) => mayQuery(connection, namespace, name)));
  return names.filter((_, index) => known[index]);
}

/** True for the error of a call that the server does not have, or does not allow this client. */
export function isRefusal(error: unknown): boolean {
  return isGrpcServiceError(error) && REFUSED_OR_UNKNOWN.includes(error.code);
}

async function mayQuery({ workflowService }: Asked, namespace: string, name: string): Promise<boolean> {
  try {
    // No run has this id, so the answer is quick.
    await workflowService.listWorkflowExecutions({
      namespace,
      pageSize: 1,
      query: `WorkflowId = "-" AND ${name} IS NOT NULL`,
    });
    return true;
  } catch (error) {
    if (isGrpcServiceError(error) && INVALID.includes(error.code)) return false;
    throw error;
  }
}
