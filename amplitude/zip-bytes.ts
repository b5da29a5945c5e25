import { open, type FileHandle } from 'node:fs/promises';
import yauzl from 'yauzl';

type Done = (error: Error | null, bytesRead?: number) => void;

/**
 * The bytes of a zip file, for yauzl. Its own reader throws an error that cannot be caught when a zip64 directory points
 * beyond 2^53; this reader reports the end of the file instead.
 */
export class ZipBytes extends yauzl.RandomAccessReader {
  readonly size: number;
  readonly #file: FileHandle;

  private constructor(file: FileHandle, size: number) {
    super();
    this.#file = file;
    this.size = size;
  }

  /** Opens a file; `end` closes it. @throws the file system's own error */
  static async open(path: string): Promise<ZipBytes> {
    const file = await open(path);
    try {
      return new ZipBytes(file, (await file.stat()).size);
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  override read(buffer: Buffer, offset: number, length: number, position: number, done: Done): void {
    const reading =
      position < this.size
        ? this.#file.read(buffer, offset, length, position)
        : Promise.resolve({ bytesRead: 0 });
    // By setImmediate, outside of the promise, which would swallow the errors that yauzl throws.
    reading.then(
      ({ bytesRead }) => setImmediate(done, null, bytesRead),
      (error: Error) => setImmediate(done, error),
    );
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
