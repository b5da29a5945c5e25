import { basename } from 'node:path';
import type { ParquetPart } from '../amplitude/parsed-hour.ts';
import type { Operation } from '../bronze/operation-log.ts';

/** The row of the operation log for a Parquet file that was written. */
export function parquetOperation({ file, bytes, events, badValues }: ParquetPart): Operation {
  const detail = Object.entries(badValues ?? {})
    .map(([column, count]) => `${column} ${count}`)
    .join(', ');
  const operation = {
    operation: 'write-parquet',
    item: basename(file),
    bytes,
    events,
    outcome: 'ok',
  } as const;
  return detail === '' ? operation : { ...operation, detail: `values not of their type: ${detail}` };
}
