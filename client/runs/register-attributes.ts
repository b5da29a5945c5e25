import { isGrpcServiceError, type Client } from '@temporalio/client';
import { exportAttributes } from '../../workflows/search-attributes.ts';

/** Temporal's numbers for the types of search attributes. Source: temporal.api.enums.v1.IndexedValueType. */
const INDEXED_VALUE_TYPES = { INT: 3, DATETIME: 6 } as const;

/** gRPC's PERMISSION_DENIED and UNIMPLEMENTED. */
const REFUSED_OR_UNKNOWN = [7, 12];

/**
 * Makes the search attributes of runs that the namespace does not know. Returns the names of those that it made, or
 * undefined when this client may not make any.
 * @throws the gRPC error of any other failure
 */
export async function registerAttributes(client: Client): Promise<string[] | undefined> {
  const { namespace } = client.options;
  const { operatorService } = client.connection;
  try {
    const { customAttributes } = await operatorService.listSearchAttributes({ namespace });
    const missing = Object.values(exportAttributes).filter(({ name }) => !(name in customAttributes));
    const types = missing.map(({ name, type }) => [name, INDEXED_VALUE_TYPES[type]] as const);
    if (missing.length > 0) {
      await operatorService.addSearchAttributes({ namespace, searchAttributes: Object.fromEntries(types) });
    }
    return missing.map(({ name }) => name);
  } catch (error) {
    if (isGrpcServiceError(error) && REFUSED_OR_UNKNOWN.includes(error.code)) return undefined;
    throw error;
  }
}
