import { setTimeout as sleep } from 'node:timers/promises';
import type { HourWindow } from '../core/hour-window.ts';
import { pMap } from '../core/p-map.ts';
import type { Bucket, ConditionalPut, ListedObject, ListedUpload } from './bucket.ts';
import { formats, hourFolder, manifestKey, objectKey, type Format } from './keys.ts';
import { parseManifest, type Manifest, type Superseded } from './manifest.ts';
import { failureColumns, type Operation } from './operation-log.ts';
import { putObject, type ObjectSource } from './put-object.ts';

/** A manifest as it was read, with the ETag that a swap names. */
export interface StoredManifest {
  readonly manifest: Manifest;
  readonly etag: string;
}

/** All that is in an hour's folders, whoever put it there. */
export interface Listing {
  readonly objects: readonly ListedObject[];
  readonly uploads: readonly ListedUpload[];
}

/** Told of every operation on the storage, for the operation log. `measure` gives what only the result tells. */
export type StorageObserver = <T>(
  operation: { readonly name: string; readonly item: string; readonly bytes?: number },
  run: () => Promise<T>,
  measure?: (result: T) => Partial<Operation>,
) => Promise<T>;

const OBJECTS_AT_ONCE = 4;
/** A request that was sent whole is carried out although its sender went away: so long, in milliseconds, it may take. */
const LATE_WITHIN_MS = 1_000;
const CLEARED_UP_WITHIN_MS = 15_000;

/** One hour's place in the bucket: the operations that the commit protocol is made of. */
export class HourStore {
  readonly window: HourWindow;
  readonly producer: string;
  readonly #bucket: Bucket;
  readonly #prefix: string;
  readonly #observe: StorageObserver;

  constructor(
    bucket: Bucket,
    prefix: string,
    window: HourWindow,
    producer: string,
    observe: StorageObserver = async (_, run) => run(),
  ) {
    this.#bucket = bucket;
    this.#prefix = prefix;
    this.window = window;
    this.producer = producer;
    this.#observe = observe;
  }

  keyOf(object: { format: Format; index: number }, attemptId: string): string {
    return objectKey(this.#prefix, this.window, object, attemptId);
  }

  async readManifest(): Promise<StoredManifest | undefined> {
    const key = this.manifestKey;
    return this.#observe({ name: 'get-manifest', item: key }, async () => {
      const stored = await this.#bucket.getText(key);
      return stored && { manifest: parseManifest(stored.text, key), etag: stored.etag };
    });
  }

  /** Replaces the manifest that has this ETag, or with undefined makes the first one. */
  async swapManifest(manifest: Manifest, etag: string | undefined): Promise<ConditionalPut> {
    const text = `${JSON.stringify(manifest, null, 1)}\n`;
    return this.#observe(
      { name: 'put-manifest', item: this.manifestKey, bytes: Buffer.byteLength(text) },
      () => this.#bucket.putJsonIf(this.manifestKey, text, etag),
      (put) => (put.kind === 'stored' ? {} : failureColumns(put.error)),
    );
  }

  async list(): Promise<Listing> {
    return this.#observe({ name: 'list', item: this.window }, async () => {
      const folders = formats.map((format) => hourFolder(this.#prefix, format, this.window));
      const [objects, uploads] = await Promise.all([
        Promise.all(folders.map((folder) => this.#bucket.list(folder))),
        // One LIST for all hours: there are few unfinished uploads, and requests are what an hour costs.
        this.#bucket.listUploads(`${this.#prefix}/`),
      ]);
      const isOurs = ({ key }: ListedUpload): boolean => folders.some((folder) => key.startsWith(folder));
      return { objects: objects.flat(), uploads: uploads.filter(isOurs) };
    });
  }

  /** Stores objects, a few at a time. When one fails, none is in progress any more once this has thrown. */
  async putObjects(puts: readonly { key: string; source: ObjectSource }[]): Promise<void> {
    await pMap(
      puts,
      ({ key, source }) =>
        this.#observe({ name: 'put-object', item: key, bytes: source.bytes }, () =>
          putObject(this.#bucket, key, source),
        ),
      { concurrency: OBJECTS_AT_ONCE },
    );
  }

  /**
   * Aborts uploads and deletes objects, but for those to be kept. An upload may have been completed since it was listed,
   * so its object goes as well.
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
   * The hour for clearing up after an attempt, with a time of its own. If the attempt's time is over, not before what it
   * sent last may have been carried out.
   */
  async forClearingUp(): Promise<HourStore> {
    if (this.#bucket.options.abortSignal?.aborted === true) await sleep(LATE_WITHIN_MS);
    const bucket = this.#bucket.until(AbortSignal.timeout(CLEARED_UP_WITHIN_MS));
    return new HourStore(bucket, this.#prefix, this.window, this.producer, this.#observe);
  }

  /**
   * Takes away what an attempt has stored that can land no more, unfinished uploads included, and even if its time is
   * over. What the storage does not let go stays until the hour is next landed: that is no failure.
   */
  async discard(outputs: readonly { readonly key: string }[]): Promise<void> {
    if (outputs.length === 0) return;
    const store = await this.forClearingUp();
    const keys = new Set(outputs.map(({ key }) => key));
    const removeUploads = async (): Promise<void> => {
      const uploads = await store.#bucket.listUploads(`${this.#prefix}/`);
      await store.remove(uploads.filter(({ key }) => keys.has(key)));
    };
    // Each by itself, so that one goes where the other fails. It is the attempt's own failure that counts.
    await Promise.allSettled([store.remove(outputs), removeUploads()]);
  }

  get manifestKey(): string {
    return manifestKey(this.#prefix, this.window);
  }
}
