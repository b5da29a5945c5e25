import { open, type FileHandle } from 'node:fs/promises';
import { Writable } from 'node:stream';
import { callbackify } from 'node:util';
import { WorkDirFailed } from '../core/file-errors.ts';
import { within } from '../core/within.ts';

const BUFFER_BYTES = 1024 * 1024;

type Done = (error?: Error | null) => void;

/**
 * Writes a file. When a write takes longer than `diskMs` milliseconds, it fails with WorkDirFailed and does not wait for
 * that write any longer. Node's own stream would wait without end.
 */
export class FileSink extends Writable {
  readonly #path: string;
  readonly #diskMs: number;
  #file: FileHandle | undefined;
  #inProgress: Promise<void> = Promise.resolve();

  constructor(path: string, diskMs: number) {
    super({ highWaterMark: BUFFER_BYTES });
    this.#path = path;
    this.#diskMs = diskMs;
  }

  override _construct(done: Done): void {
    callbackify(async () => {
      this.#file = await open(this.#path, 'w');
    })(done);
  }

  override _writev(pieces: readonly { readonly chunk: Buffer }[], done: Done): void {
    callbackify(() => this.#inTime(async () => this.#write(pieces.map(({ chunk }) => chunk))))(done);
  }

  override _final(done: Done): void {
    callbackify(() => this.#inTime(async () => this.#file?.close()))(done);
  }

  override _destroy(error: Error | null, done: Done): void {
    void this.#closeLater();
    done(error);
  }

  /** Closes the file once a hanging write has ended. Nothing waits for this. */
  async #closeLater(): Promise<void> {
    await Promise.allSettled([this.#inProgress]);
    await Promise.allSettled([this.#file?.close()]);
  }

  /** A write may take a part of the bytes only. */
  async #write(pieces: Buffer[]): Promise<void> {
    const bytes = pieces.reduce((sum, piece) => sum + piece.length, 0);
    const written = (await this.#file?.writev(pieces))?.bytesWritten ?? bytes;
    if (written < bytes) await this.#file?.writeFile(Buffer.concat(pieces).subarray(written));
  }

  #inTime(work: () => Promise<void>): Promise<void> {
    this.#inProgress = work();
    return within(
      this.#diskMs,
      this.#inProgress,
      () => new WorkDirFailed(`the disk of WORK_DIR has kept a write waiting for ${this.#diskMs / 1000} s`),
    );
  }
}
