import type { HourWindow } from '../core/hour-window.ts';
import type { Bucket } from './bucket.ts';
import { formats as allFormats, hourFolder, manifestKey, objectKey, type Format } from './keys.ts';
import { ManifestStore, type StorageObserver } from './manifest-store.ts';
import { parseManifest, type Manifest } from './manifest.ts';

/** How an hour is looked at. */
export interface HourView {
  /** The formats whose folders are listed in any case: all by default. */
  readonly formats?: readonly Format[];
  readonly observe?: StorageObserver;
}

/** One hour in the bucket. The `index` of an object is the place of its member in the archive. */
export class HourStore extends ManifestStore<Manifest> {
  readonly window: HourWindow;

  constructor(
    bucket: Bucket,
    prefix: string,
    window: HourWindow,
    producer: string,
    { formats = allFormats, observe }: HourView = {},
  ) {
    const place = {
      name: window,
      prefix,
      manifestKey: manifestKey(prefix, window),
      folders: allFormats.map((format) => ({
        path: hourFolder(prefix, format, window),
        isOptional: !formats.includes(format),
      })),
      keyOf: (object: { format: Format; index: number }, attemptId: string) =>
        objectKey(prefix, window, object, attemptId),
      parse: parseManifest,
    };
    super(bucket, place, producer, observe);
    this.window = window;
  }
}
