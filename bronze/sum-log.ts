import type { Bucket } from './bucket.ts';
import { csvRows } from './csv-rows.ts';
import { BucketDenied, ChecksumMismatch } from './errors.ts';
import { COLUMNS, SOURCE_REQUEST, STORAGE_REQUESTS, UNLOGGED_ATTEMPT } from './operation-log.ts';
import { openObject } from './read-object.ts';
import { RequestCount } from './request-count.ts';
import { typedStorageError } from './storage-errors.ts';

/** What one operation log says of requests. */
export interface LogSums {
  /** The requests to the storage; without the one that stored the log. */
  readonly storage: RequestCount;
  /** False for a log of a version that did not count the requests to the storage. */
  readonly areCounted: boolean;
  /** Requests to the source. */
  readonly source: number;
  /** Earlier attempts that left no log. */
  readonly unlogged: number;
}

/** Why a log cannot be read, in words. */
export interface LogProblem {
  readonly problem: string;
}

/**
 * Sums up the rows of one operation log as they are read, in constant memory. An object that is no operation log is read
 * no further than its first line.
 * @throws the typed errors of storage-errors.ts, but those about one object are a problem of it
 */
export async function sumLog(bucket: Bucket, key: string): Promise<LogSums | LogProblem> {
  try {
    const body = await openObject(bucket, key);
    if (body === undefined) return { problem: 'it is gone' };
    try {
      return await sumRows(csvRows(body as AsyncIterable<Buffer>));
    } finally {
      body.destroy();
    }
  } catch (error) {
    const typed = typedStorageError(error, bucket.name, `read ${key}`);
    if (typed instanceof BucketDenied || typed instanceof ChecksumMismatch) return { problem: typed.message };
    throw typed;
  }
}

/** The columns of all versions, the first ones of each log. */
const FIRST_COLUMNS = COLUMNS.slice(0, COLUMNS.indexOf('requests'));

async function sumRows(rows: AsyncGenerator<string[] | undefined>): Promise<LogSums | LogProblem> {
  const header = (await rows.next()).value;
  if (!Array.isArray(header) || !FIRST_COLUMNS.every((name, place) => header[place] === name))
    return { problem: 'it does not begin with the columns of an operation log' };
  const requestsAt = header.indexOf('requests');
  const storage = new RequestCount();
  let source = 0;
  let unlogged = 0;
  for await (const row of rows) {
    if (row?.length !== header.length) return { problem: 'a row is not whole' };
    const operation = row[COLUMNS.indexOf('operation')];
    if (operation === SOURCE_REQUEST) source += 1;
    if (operation === UNLOGGED_ATTEMPT) unlogged += 1;
    if (operation !== STORAGE_REQUESTS || requestsAt === -1) continue;
    const [requests, bytes] = [row[requestsAt], row[COLUMNS.indexOf('bytes')]].map(wholeNumber);
    const item = row[COLUMNS.indexOf('item')];
    if (requests === undefined || bytes === undefined || item === undefined)
      return { problem: 'a count of requests is not a whole number' };
    storage.add(item, bytes, requests);
  }
  return { storage, areCounted: requestsAt !== -1, source, unlogged };
}

function wholeNumber(cell: string | undefined): number | undefined {
  const value = Number(cell);
  return cell !== undefined && /^\d+$/.test(cell) && Number.isSafeInteger(value) ? value : undefined;
}
