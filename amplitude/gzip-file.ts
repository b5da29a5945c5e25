import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';
import { rename } from 'node:fs/promises';
import { finished } from 'node:stream/promises';
import { createGzip, type Gzip } from 'node:zlib';
import { ChecksumMeter, type Checksums } from '../core/checksum.ts';

/** Writes a gzip file and its checksums; the file gets its name when it is whole. */
export class GzipFile {
  readonly path: string;
  readonly #meter = new ChecksumMeter();
  readonly #gzip: Gzip;
  readonly #file: WriteStream;
  readonly #written: Promise<void>;

  constructor(path: string) {
    this.path = path;
    this.#gzip = createGzip();
    this.#file = createWriteStream(this.#partial);
    this.#gzip.on('data', (chunk: Buffer) => this.#meter.update(chunk));
    this.#gzip.pipe(this.#file);
    this.#file.on('error', (error) => this.#gzip.destroy(error));
    this.#written = finished(this.#file);
    // Whoever waits in `drained` or `finish` sees the error; alone it must not end the process.
    this.#written.catch(() => undefined);
    this.#gzip.on('error', () => undefined);
  }

  write(bytes: Uint8Array | string): void {
    this.#gzip.write(bytes);
  }

  /** Resolves when what was written has left memory. @throws the file's own error */
  async drained(): Promise<void> {
    if (this.#gzip.writableNeedDrain) await once(this.#gzip, 'drain');
  }

  /** Ends the file. @throws the file's own error */
  async finish(): Promise<Checksums> {
    this.#gzip.end();
    await this.#written;
    await rename(this.#partial, this.path);
    return this.#meter.finish();
  }

  /** Gives the file up, unless it is finished. Resolves when nothing writes to it any more. Never throws. */
  async abandon(): Promise<void> {
    this.#gzip.destroy();
    this.#file.destroy();
    if (!this.#file.closed) await once(this.#file, 'close').catch(() => undefined);
  }

  get #partial(): string {
    return `${this.path}.partial`;
  }
}
