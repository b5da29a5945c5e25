import { hourCount, piecesOf, type Interval } from '../core/interval.ts';
import { pMapIterable } from '../core/p-map-iterable.ts';
import type { Bucket, ListedObject } from './bucket.ts';
import { hourFolder, logFolder, windowOfLogs } from './keys.ts';
import { requestClassOf, type RequestClass } from './request-class.ts';
import { sumLog, type LogProblem, type LogSums } from './sum-log.ts';

/** The requests of the attempts on the hours of an interval, as their operation logs say. */
export interface LoggedRequests {
  /** Requests to the storage, those that stored the logs included. */
  readonly requests: Readonly<Record<RequestClass, number>>;
  /** The total size of the bodies of these requests. */
  readonly bytesSent: number;
  /** Requests to the source. */
  readonly sourceRequests: number;
  readonly logs: number;
  readonly logBytes: number;
  /** Logs of versions that did not count requests to the storage: only the PUT of the log is known. */
  readonly uncountedLogs: number;
  /** Attempts that left no log, so that their requests are not known. */
  readonly unloggedAttempts: number;
  /** Objects in the folders of the logs that are no logs, or cannot be read; `named` are the first of them, with why. */
  readonly unreadable: { readonly count: number; readonly named: readonly string[] };
}

/** Receives the progress: so many logs were read, and so many hours of the interval are done. */
type OnRead = (logs: number, hours: number) => void;

/** One LIST for each week, if its hours have three logs each. */
const HOURS_PER_LISTING = 168;
/** As many requests as the AWS SDK has connections for. */
const LOGS_AT_ONCE = 50;
const NAMED = 5;

/**
 * Reads the operation logs of an interval and adds up their requests. It lists the logs of one week at a time and keeps
 * only sums, so its memory does not grow with the interval. It sends one GET for each log.
 * @throws the typed errors of storage-errors.ts
 */
export async function readLoggedRequests(
  bucket: Bucket,
  prefix: string,
  interval: Interval,
  onRead: OnRead,
): Promise<LoggedRequests> {
  const sums = new Sums();
  let hours = 0;
  for (const piece of piecesOf(interval, HOURS_PER_LISTING)) {
    const range = {
      after: hourFolder(prefix, 'logs', piece.start),
      // No key in the last folder sorts after the highest character.
      upTo: `${hourFolder(prefix, 'logs', piece.end)}\uffff`,
    };
    const read = async (object: ListedObject) => ({
      object,
      log: isLog(prefix, object) ? await sumLog(bucket, object.key) : undefined,
    });
    const listed = await bucket.list(logFolder(prefix), range);
    for await (const { object, log } of pMapIterable(listed, read, { concurrency: LOGS_AT_ONCE })) {
      sums.add(object, log);
      onRead(sums.logs, hours);
    }
    hours += hourCount(piece);
    onRead(sums.logs, hours);
  }
  return sums;
}

/** True for the key of a log: `{runId}-{activity}-{attempt}.csv`, or with a round, in the folder of an hour. */
function isLog(prefix: string, { key }: ListedObject): boolean {
  const [, folder = '', name = ''] = /^(.*\/)([^/]*)$/s.exec(key) ?? [];
  return windowOfLogs(prefix, folder) !== undefined && /^.+-\w+-(\d+\.)?\d+\.csv$/.test(name);
}

class Sums implements LoggedRequests {
  readonly requests = { put: 0, get: 0, delete: 0 };
  bytesSent = 0;
  sourceRequests = 0;
  logs = 0;
  logBytes = 0;
  uncountedLogs = 0;
  unloggedAttempts = 0;
  readonly unreadable = { count: 0, named: new Array<string>() };

  /** Adds one object; `log` is undefined for an object that is not ours. */
  add({ key, bytes }: ListedObject, log: LogSums | LogProblem | undefined): void {
    if (log === undefined) return this.#addUnreadable(key, 'it has not the name of a log');
    this.logs += 1;
    this.logBytes += bytes;
    // The request that stored the log.
    this.requests.put += 1;
    this.bytesSent += bytes;
    if ('problem' in log) return this.#addUnreadable(key, log.problem);
    for (const counted of log.storage.list()) {
      this.requests[requestClassOf(counted.operation)] += counted.requests;
      this.bytesSent += counted.bytes;
    }
    this.sourceRequests += log.source;
    this.unloggedAttempts += log.unlogged;
    if (!log.areCounted) this.uncountedLogs += 1;
  }

  #addUnreadable(key: string, why: string): void {
    this.unreadable.count += 1;
    if (this.unreadable.named.length < NAMED) this.unreadable.named.push(`${key} (${why})`);
  }
}
