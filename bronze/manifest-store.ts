import { setTimeout as sleep } from 'node:timers/promises';
import { pMap } from '../core/p-map.ts';
import type { Bucket, ConditionalPut, ListedObject, ListedUpload } from './bucket.ts';
import type { CommonManifest, FormatOf, Superseded } from './common-manifest.ts';
import { failureColumns, type Operation } from './operation-log.ts';
import { putObject, type ObjectSource } from './put-object.ts';

/** A manifest that was read, with its ETag for a swap. */
export interface StoredManifest<M extends CommonManifest> {
  readonly manifest: M;
  readonly etag: string;
}

/** All objects and unfinished uploads in the folders of a manifest, of any attempt. */
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

/** A folder of objects, with a slash at its end; `isOptional`: it is listed only if the manifest names an object in it. */
export interface ObjectFolder {
  readonly path: string;
  readonly isOptional: boolean;
}

/** Where a manifest and its objects are in the bucket. */
export interface Place<M extends CommonManifest> {
  /** What it is the manifest of, in words for messages and logs. */
  readonly name: string;
  readonly prefix: string;
  readonly manifestKey: string;
  readonly folders: readonly ObjectFolder[];
  /** The key of an object of the attempt. */
  readonly keyOf: (object: { format: FormatOf<M>; index: number }, attemptId: string) => string;
  /** Reads the text of the manifest. @throws ManifestUnreadable */
  readonly parse: (text: string, key: string) => M;
}

const OBJECTS_AT_ONCE = 4;
/** The storage may carry out a request after its sender was aborted: within this time, in milliseconds. */
const LATE_REQUEST_MS = 1_000;
const CLEAN_UP_TIMEOUT_MS = 15_000;

/**
 * A manifest and its objects in the bucket: the operations of the commit protocol. Methods that send requests throw the
 * typed errors of storage-errors.ts.
 */
export class ManifestStore<M extends CommonManifest> {
  readonly producer: string;
  readonly #bucket: Bucket;
  readonly #place: Place<M>;
  readonly #observe: StorageObserver;

  constructor(
    bucket: Bucket,
    place: Place<M>,
    producer: string,
    observe: StorageObserver = async (_, run) => run(),
  ) {
    this.#bucket = bucket;
    this.#place = place;
    this.producer = producer;
    this.#observe = observe;
  }

  /** What it is the manifest of, in words for messages. */
  get name(): string {
    return this.#place.name;
  }

  get manifestKey(): string {
    return this.#place.manifestKey;
  }

  /** The key of one object of an attempt. */
  keyOf(object: { format: FormatOf<M>; index: number }, attemptId: string): string {
    return this.#place.keyOf(object, attemptId);
  }

  /** The manifest; undefined when there is none. @throws ManifestUnreadable */
  async readManifest(): Promise<StoredManifest<M> | undefined> {
    const key = this.manifestKey;
    return this.#observe({ name: 'get-manifest', item: key }, async () => {
      const stored = await this.#bucket.getText(key);
      return stored && { manifest: this.#place.parse(stored.text, key), etag: stored.etag };
    });
  }

  /** Replaces the manifest that has this ETag, or, with `undefined`, stores the first one. */
  async swapManifest(manifest: M, etag: string | undefined): Promise<ConditionalPut> {
    const text = `${JSON.stringify(manifest, null, 1)}\n`;
    return this.#observe(
      { name: 'put-manifest', item: this.manifestKey, bytes: Buffer.byteLength(text) },
      () => this.#bucket.putJsonIf(this.manifestKey, text, etag),
      (put) => (put.kind === 'stored' ? {} : failureColumns(put.error)),
    );
  }

  /** Lists all objects and unfinished uploads in the folders. */
  async list(manifest?: M): Promise<Listing> {
    const { folders, name, prefix } = this.#place;
    const named = [...(manifest?.outputs ?? []), ...(manifest?.superseded ?? [])];
    const listed = folders.filter(
      ({ path, isOptional }) => !isOptional || named.some(({ key }) => key.startsWith(path)),
    );
    const isOurs = ({ key }: ListedUpload): boolean => folders.some(({ path }) => key.startsWith(path));
    return this.#observe({ name: 'list', item: name }, async () => {
      const [objects, uploads] = await Promise.all([
        Promise.all(listed.map(({ path }) => this.#bucket.list(path))),
        // One LIST for the uploads of the whole prefix: there are few, and each request costs money.
        this.#bucket.listUploads(`${prefix}/`),
      ]);
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
   * The same store, with a time limit of its own for removing what an attempt stored. If the attempt was aborted,
   * waits first until its last requests have been carried out.
   */
  async forClearingUp(): Promise<ManifestStore<M>> {
    if (this.#bucket.signal?.aborted === true) await sleep(LATE_REQUEST_MS);
    const bucket = this.#bucket.until(AbortSignal.timeout(CLEAN_UP_TIMEOUT_MS));
    return new ManifestStore(bucket, this.#place, this.producer, this.#observe);
  }

  /**
   * Removes the objects and unfinished uploads of an attempt that cannot land any more, even after the attempt was
   * aborted. Never throws: objects that cannot be removed stay as orphans until the next landing or repair.
   */
  async discard(outputs: readonly { readonly key: string }[]): Promise<void> {
    if (outputs.length === 0) return;
    const store = await this.forClearingUp();
    const keys = new Set(outputs.map(({ key }) => key));
    const removeUploads = async (): Promise<void> => {
      const uploads = await store.#bucket.listUploads(`${this.#place.prefix}/`);
      await store.remove(uploads.filter(({ key }) => keys.has(key)));
    };
    // Independent of each other, so that one runs if the other fails. The attempt reports its own failure.
    await Promise.allSettled([store.remove(outputs), removeUploads()]);
  }
}
