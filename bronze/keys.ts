import { randomBytes } from 'node:crypto';
import { dateAndHour, parseHourWindow, type HourWindow } from '../core/hour-window.ts';

/** What an object of an hour holds. */
export const formats = ['raw', 'events', 'rejected', 'parquet'] as const;

/** One of `formats`. */
export type Format = (typeof formats)[number];

/** Makes a random attempt id, 12 hex digits: no two upload attempts write the same key. */
export function newAttemptId(): string {
  return randomBytes(6).toString('hex');
}

/** The folder that holds an hour's objects of one format, with a slash at its end. */
export function hourFolder(prefix: string, format: Format | 'logs', window: HourWindow): string {
  const { date, hour } = dateAndHour(window);
  return `${prefix}/${format}/dt=${date}/hour=${hour}/`;
}

/** The folder that holds all rejected lines, with a slash at its end. */
export function rejectedFolder(prefix: string): string {
  return `${prefix}/rejected/`;
}

/** The folder of all operation logs, with a slash at its end. It has one folder for each day. */
export function logFolder(prefix: string): string {
  return `${prefix}/logs/`;
}

/**
 * The folder of a day's operation logs, with a slash at its end. It has one folder for each hour. `date` is like
 * `2026-01-01`.
 */
export function dayLogFolder(prefix: string, date: string): string {
  return `${logFolder(prefix)}dt=${date}/`;
}

/** The hour of a folder of operation logs; undefined for a folder of another form. */
export function windowOfLogs(prefix: string, folder: string): HourWindow | undefined {
  return windowIn(folder.slice(logFolder(prefix).length), /^dt=(.*)\/hour=(.*)\/$/);
}

/**
 * The key of one object of an hour; `index` is the member's place in the archive, of a Parquet file its place among them.
 */
export function objectKey(
  prefix: string,
  window: HourWindow,
  object: { format: Format; index: number },
  attemptId: string,
): string {
  const folder = hourFolder(prefix, object.format, window);
  if (object.format === 'raw') return `${folder}export-${attemptId}.zip`;
  const ending = object.format === 'parquet' ? 'parquet' : 'json.gz';
  return `${folder}part-${String(object.index).padStart(4, '0')}-${attemptId}.${ending}`;
}

/** The place in the archive of the member that an event or rejected object was made from; undefined for other keys. */
export function memberIndexOf(key: string): number | undefined {
  const [, index] = /\/part-(\d{4,})-[0-9a-f]+\.json\.gz$/.exec(key) ?? [];
  return index === undefined ? undefined : Number(index);
}

/** The folder that holds all manifests, with a slash at its end. */
export function manifestFolder(prefix: string): string {
  return `${prefix}/manifests/`;
}

/** The hour of a manifest with this key; undefined for a key of another form. */
export function windowOfManifest(prefix: string, key: string): HourWindow | undefined {
  return windowIn(key.slice(manifestFolder(prefix).length), /^dt=(.*)\/hour=(.*)\.json$/);
}

function windowIn(path: string, dateAndHour: RegExp): HourWindow | undefined {
  const [, date, hour] = dateAndHour.exec(path) ?? [];
  try {
    return parseHourWindow(`${date}T${hour}`);
  } catch {
    return undefined;
  }
}

/** The key of an hour's manifest. */
export function manifestKey(prefix: string, window: HourWindow): string {
  const { date, hour } = dateAndHour(window);
  return `${manifestFolder(prefix)}dt=${date}/hour=${hour}.json`;
}
