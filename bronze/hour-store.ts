import { setTimeout as sleep } from 'node:timers/promises';
import type { HourWindow } from '../core/hour-window.ts';
import { pMap } from '../core/p-map.ts';
import type { Bucket, ConditionalPut, ListedObject, ListedUpload } from './bucket.ts';
import { formats as allFormats, hourFolder, manifestKey, objectKey, type Format } from './keys.ts';
import { parseManifest, type Manifest, type Superseded } from './manifest.ts';
import { failureColumns, type Operation } from './operation-log.ts';
import { putObject, type ObjectSource } from './put-object.ts';

/** A manifest that was read, with its ETag for a swap. */
export interface StoredManifest {
  readonly manifest: Manifest;
  readonly etag: string;
}

/** All objects and unfinished uploads in an hour's folders, of any attempt. */
export interface Listing {
  readonly objects: readonly ListedObject[];
  readonly uploads: readonly ListedUpload[];
}

/**
 * Wraps every operation on the storage, for the operation log. `measure` returns the columns that depend on the
 * result.
 */
export type StorageObserver = <T>(
  operation: { readonly name: string; readonly item: string; readonly bytes?: number },
  run: () => Promise<T>,
  measure?: (result: T) => Partial<Operation>,
) => Promise<T>;

/** How an hour is looked at. */
export interface HourView {
  /** The formats whose folders are listed in any case: all by default. */
  readonly formats?: readonly Format[];
  readonly observe?: StorageObserver;
}

const OBJECTS_AT_ONCE = 4;
/** The storage may carry out a request after its sender was aborted: within this time, in milliseconds. */
const LATE_REQUEST_MS = 1_000;
const CLEAN_UP_TIMEOUT_MS = 15_000;

/**
 * One hour in the bucket: the operations of the commit protocol. Methods that send requests throw the typed errors of
 * storage-errors.ts.
 */
export class HourStore {
  readonly window: HourWindow;
  readonly producer: string;
  readonly #bucket: Bucket;
  readonly #prefix: string;
  readonly #formats: readonly Format[];
  readonly #observe: StorageObserver;

  constructor(
    bucket: Bucket,
    prefix: string,
    window: HourWindow,
    producer: string,
    { formats = allFormats, observe = async (_, run) => run() }: HourView = {},
  ) {
    this.#bucket = bucket;
    this.#prefix = prefix;
    this.window = window;
    this.producer = producer;
    this.#formats = formats;
    this.#observe = observe;
  }

  /** The key of one object of this hour. `index` is the place of the member in the archive. */
  keyOf(object: { format: Format; index: number }, attemptId: string): string {
    return objectKey(this.#prefix, this.window, object, attemptId);
  }

  /** The manifest; undefined when the hour has not landed. @throws ManifestUnreadable */
  async readManifest(): Promise<StoredManifest | undefined> {
    const key = this.manifestKey;
    return this.#observe({ name: 'get-manifest', item: key }, async () => {
      const stored = await this.#bucket.getText(key);
      return stored && { manifest: parseManifest(stored.text, key), etag: stored.etag };
    });
  }

  /** Replaces the manifest that has this ETag, or, with `undefined`, stores the first one. */
  async swapManifest(manifest: Manifest, etag: string | undefined): Promise<ConditionalPut> {
    const text = `${JSON.stringify(manifest, null, 1)}\n`;
    return this.#observe(
      { name: 'put-manifest', item: this.manifestKey, bytes: Buffer.byteLength(text) },
      () => this.#bucket.putJsonIf(this.manifestKey, text, etag),
      (put) => (put.kind === 'stored' ? {} : failureColumns(put.error)),
    );
  }

  /**
   * Lists all objects and unfinished uploads in the hour's folders. A folder that is not listed in any case is listed if
   * the manifest names an object in it.
   */
  async list(manifest?: Manifest): Promise<Listing> {
    const folders = allFormats.map((format) => hourFolder(this.#prefix, format, this.window));
    const named = [...(manifest?.outputs ?? []), ...(manifest?.superseded ?? [])];
    const isListed = (folder: string, index: number): boolean =>
      this.#formats.some((format) => format === allFormats[index]) ||
      named.some(({ key }) => key.startsWith(folder));
    return this.#observe({ name: 'list', item: this.window }, async () => {
      const [objects, uploads] = await Promise.all([
        Promise.all(folders.filter(isListed).map((folder) => this.#bucket.list(folder))),
        // One LIST for the uploads of all hours: there are few, and each request costs money.
        this.#bucket.listUploads(`${this.#prefix}/`),
      ]);
      const isOurs = ({ key }: ListedUpload): boolean => folders.some((folder) => key.startsWith(folder));
      return { objects: objects.flat(), uploads: uploads.filter(isOurs) };
    });
  }

  /** Stores objects, a few at a time. Throws only after the last PUT in progress has ended. */
  async putObjects(puts: readonly { key: string; source: ObjectSource }[]): Promise<void> {
    await pMap(
      puts,
      ({ key, source }) =>
        this.#inTurn(source, () =>
          this.#observe({ name: 'put-object', item: key, bytes: source.bytes }, () =>
            putObject(this.#bucket, key, source),
          ),
        ),
      { concurrency: OBJECTS_AT_ONCE },
    );
  }

  /** Uploads in parts take turns. The wait is not part of the operation. @throws the reason of the bucket's signal */
  async #inTurn<T>({ bytes }: ObjectSource, put: () => Promise<T>): Promise<T> {
    const { limits, multipart, signal } = this.#bucket;
    if (bytes < limits.multipartFromBytes) return put();
    return multipart.run(signal ?? new AbortController().signal, put);
  }

  /**
   * Aborts uploads and deletes objects, except those in `kept`. An upload may have been completed since it was
   * listed, so the object of the same key is deleted too.
   */
  async remove(gone: readonly Superseded[], kept: readonly { readonly key: string }[] = []): Promise<void> {
    for (const { key, uploadId } of gone) {
      if (uploadId === undefined) continue;
      await this.#observe({ name: 'abort-upload', item: key }, () =>
        this.#bucket.abortUpload({ key, uploadId }),
      );
    }
    const keptKeys = new Set(kept.map(({ key }) => key));
    const keys = [...new Set(gone.map(({ key }) => key))].filter((key) => !keptKeys.has(key));
    if (keys.length === 0) return;
    await this.#observe({ name: 'delete', item: `${keys.length} objects` }, () => this.#bucket.delete(keys));
  }

  /**
   * The same hour, with a time limit of its own for removing what an attempt stored. If the attempt was aborted,
   * waits first until its last requests have been carried out.
   */
  async forClearingUp(): Promise<HourStore> {
    if (this.#bucket.signal?.aborted === true) await sleep(LATE_REQUEST_MS);
    const bucket = this.#bucket.until(AbortSignal.timeout(CLEAN_UP_TIMEOUT_MS));
    const view = { formats: this.#formats, observe: this.#observe };
    return new HourStore(bucket, this.#prefix, this.window, this.producer, view);
  }

  /**
   * Removes the objects and unfinished uploads of an attempt that cannot land any more, even after the attempt was
   * aborted. Never throws: objects that cannot be removed stay as orphans until the hour is landed or repaired.
   */
  async discard(outputs: readonly { readonly key: string }[]): Promise<void> {
    if (outputs.length === 0) return;
    const store = await this.forClearingUp();
    const keys = new Set(outputs.map(({ key }) => key));
    const removeUploads = async (): Promise<void> => {
      const uploads = await store.#bucket.listUploads(`${this.#prefix}/`);
      await store.remove(uploads.filter(({ key }) => keys.has(key)));
    };
    // Independent of each other, so that one runs if the other fails. The attempt reports its own failure.
    await Promise.allSettled([store.remove(outputs), removeUploads()]);
  }

  get manifestKey(): string {
    return manifestKey(this.#prefix, this.window);
  }
}
