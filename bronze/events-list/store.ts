import type { Bucket } from '../bucket.ts';
import { ManifestStore, type StorageObserver } from '../manifest-store.ts';
import {
  eventsListFolder,
  eventsListFormats,
  eventsListKey,
  eventsListManifestKey,
  type EventsListFormat,
} from './keys.ts';
import { parseEventsListManifest, type EventsListManifest } from './manifest.ts';

/**
 * The snapshot of the events list of one UTC date such as `2026-01-01`. `formats` are those whose folders are listed in
 * any case.
 */
export function eventsListStore(
  bucket: Bucket,
  place: { readonly prefix: string; readonly date: string; readonly formats: readonly EventsListFormat[] },
  producer: string,
  observe?: StorageObserver,
): ManifestStore<EventsListManifest> {
  const { prefix, date, formats } = place;
  return new ManifestStore(
    bucket,
    {
      name: `the events list of ${date}`,
      prefix,
      manifestKey: eventsListManifestKey(prefix, date),
      folders: eventsListFormats.map((format) => ({
        path: eventsListFolder(prefix, format, date),
        isOptional: !formats.includes(format),
      })),
      keyOf: ({ format }, attemptId) => eventsListKey(prefix, format, date, attemptId),
      parse: parseEventsListManifest,
    },
    producer,
    observe,
  );
}
