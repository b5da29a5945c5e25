import { logFolder, manifestFolder } from '../keys.ts';

/** What an object of a snapshot of the events list holds: its lines, or the same as a Parquet file. */
export const eventsListFormats = ['events_list', 'events_list_parquet'] as const;

/** One of `eventsListFormats`. */
export type EventsListFormat = (typeof eventsListFormats)[number];

/** The folder of a day's objects of one format, with a slash at its end. `date` is like `2026-01-01`, here and below. */
export function eventsListFolder(prefix: string, format: EventsListFormat, date: string): string {
  return `${prefix}/${format}/dt=${date}/`;
}

/** The key of an object of an attempt at a day's snapshot. */
export function eventsListKey(
  prefix: string,
  format: EventsListFormat,
  date: string,
  attemptId: string,
): string {
  const ending = format === 'events_list' ? 'json.gz' : 'parquet';
  return `${eventsListFolder(prefix, format, date)}events-list-${attemptId}.${ending}`;
}

/** The key of the manifest of a day's snapshot. It sorts after those of all hours. */
export function eventsListManifestKey(prefix: string, date: string): string {
  return `${manifestFolder(prefix)}events_list/dt=${date}.json`;
}

/** The folder of the operation logs of a day's snapshots, with a slash at its end. */
export function eventsListLogFolder(prefix: string, date: string): string {
  return `${logFolder(prefix)}events_list/dt=${date}/`;
}
