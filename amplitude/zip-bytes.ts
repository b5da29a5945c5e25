import { open, type FileHandle } from 'node:fs/promises';
import yauzl from 'yauzl';

/** A file up to this size is read at once: yauzl reads it in a dozen small pieces. In bytes. */
const WHOLE_BYTES = 1024 * 1024;

type Done = (error: Error | null, bytesRead?: number) => void;

/**
 * The bytes of a zip file, for yauzl. Its own reader throws an error that cannot be caught when a zip64 directory points
 * beyond 2^53; this reader reports the end of the file instead.
 */
export class ZipBytes extends yauzl.RandomAccessReader {
  readonly size: number;
  readonly #file: FileHandle;
  readonly #whole: Buffer | undefined;

  private constructor(file: FileHandle, size: number, whole: Buffer | undefined) {
    super();
    this.#file = file;
    this.size = size;
    this.#whole = whole;
  }

  /** Opens a file; `end` closes it. @throws the file system's own error */
  static async open(path: string): Promise<ZipBytes> {
    const file = await open(path);
    try {
      const { size } = await file.stat();
      return new ZipBytes(file, size, size <= WHOLE_BYTES ? await file.readFile() : undefined);
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  override read(buffer: Buffer, offset: number, length: number, position: number, done: Done): void {
    // By setImmediate, outside of the promise, which would swallow the errors that yauzl throws.
    this.#read(buffer, offset, length, position).then(
      ({ bytesRead }) => setImmediate(done, null, bytesRead),
      (error: Error) => setImmediate(done, error),
    );
  }

  async #read(
    buffer: Buffer,
    offset: number,
    length: number,
    position: number,
  ): Promise<{ readonly bytesRead: number }> {
    if (position >= this.size) return { bytesRead: 0 };
    if (this.#whole === undefined) return this.#file.read(buffer, offset, length, position);
    return { bytesRead: this.#whole.copy(buffer, offset, position, position + length) };
  }

  /** Called by yauzl. `end` closes the file. */
  override close(done: Done): void {
    setImmediate(done, null);
  }

  /** Up to `bytes` bytes from a position on, as Latin-1. @throws the file system's own error */
  async text(position: number, bytes: number): Promise<string> {
    if (position >= this.size) return '';
    const { buffer, bytesRead } = await this.#file.read(Buffer.alloc(bytes), 0, bytes, position);
    return buffer.toString('latin1', 0, bytesRead);
  }

  /** Closes the file. */
  async end(): Promise<void> {
    await this.#file.close();
  }
}
