import type { Client } from '@temporalio/client';
import { askAttributes, isRefusal } from '../../worker/known-attributes.ts';
import { exportAttributes } from '../../workflows/search-attributes.ts';

/** Temporal's numbers for the types of search attributes. Source: temporal.api.enums.v1.IndexedValueType. */
const INDEXED_VALUE_TYPES = { INT: 3, DATETIME: 6 } as const;

/** The same types, as the Temporal CLI and tcld name them. */
const TYPE_NAMES = { INT: 'Int', DATETIME: 'Datetime' } as const;

/** The names of the search attributes that were made, and of those that this client may not make. */
export interface RegisteredAttributes {
  readonly made: readonly string[];
  readonly missing: readonly string[];
}

/**
 * Makes the search attributes of runs that the namespace does not know, if the server lets this client.
 * @throws the gRPC error of any other failure
 */
export async function registerAttributes(client: Client): Promise<RegisteredAttributes> {
  const { namespace } = client.options;
  const known = await askAttributes(client.connection, namespace);
  const missing = Object.values(exportAttributes).filter(({ name }) => !known.includes(name));
  const names = missing.map(({ name }) => name);
  if (missing.length === 0) return { made: [], missing: [] };
  const types = missing.map(({ name, type }) => [name, INDEXED_VALUE_TYPES[type]] as const);
  try {
    const searchAttributes = Object.fromEntries(types);
    await client.connection.operatorService.addSearchAttributes({ namespace, searchAttributes });
    return { made: names, missing: [] };
  } catch (error) {
    if (isRefusal(error)) return { made: [], missing: names };
    throw error;
  }
}

/** What happened to the search attributes of runs, and how an administrator of the namespace adds those that are missing. */
export function attributesText({ made, missing }: RegisteredAttributes, namespace: string): string[] {
  if (missing.length === 0)
    return [`search attributes: ${made.length === 0 ? 'present' : `made ${made.join(', ')}`}`];
  const added = Object.values(exportAttributes)
    .filter(({ name }) => missing.includes(name))
    .map(({ name, type }) => ({ name, type: TYPE_NAMES[type] }));
  const forCloud = added.map(({ name, type }) => `--sa ${name}=${type}`);
  const forOthers = added.map(({ name, type }) => `--name ${name} --type ${type}`);
  return [
    `search attributes: the server does not let this client make ${missing.join(', ')}`,
    `  Runs work without them. An administrator of the namespace ${namespace} can add them:`,
    `  on Temporal Cloud: tcld namespace search-attributes add --namespace ${namespace} ${forCloud.join(' ')}`,
    `  elsewhere: temporal operator search-attribute create --namespace ${namespace} ${forOthers.join(' ')}`,
  ];
}
