import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { rename } from 'node:fs/promises';
import { Transform, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { isFileSystemError } from '../core/file-errors.ts';
import { ArchiveLimitsExceeded, ConnectionLost, SourceTimedOut } from './errors.ts';
import { archiveLimits, sourcePatience, type SourcePatience } from './limits.ts';

/** What was downloaded: bytes on disk, and their SHA-256 in hex. */
export interface Download {
  readonly bytes: number;
  readonly sha256: string;
}

/**
 * Streams the body of an answer to a file, which gets its name only when it is whole.
 * `onBytes` is called with the bytes so far.
 * @throws SourceTimedOut after `patience.stallMs` without a byte, ConnectionLost when the body ends early,
 *   ArchiveLimitsExceeded, or the file system's own error
 */
export async function download(
  body: Readable,
  path: string,
  onBytes: (bytes: number) => void,
  signal: AbortSignal,
  patience: SourcePatience = sourcePatience,
): Promise<Download> {
  const hash = createHash('sha256');
  let bytes = 0;
  const stall = setTimeout(() => {
    body.destroy(new SourceTimedOut(`no byte came for ${patience.stallMs / 1000} s, after ${bytes} bytes`));
  }, patience.stallMs);
  const meter = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      stall.refresh();
      bytes += chunk.length;
      hash.update(chunk);
      onBytes(bytes);
      done(bytes > archiveLimits.exportBytes ? tooLarge(bytes) : null, chunk);
    },
  });
  const partial = `${path}.partial`;
  try {
    await pipeline(body, meter, createWriteStream(partial), { signal });
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof SourceTimedOut || error instanceof ArchiveLimitsExceeded || isFileSystemError(error))
      throw error;
    throw new ConnectionLost(`the connection was cut after ${bytes} bytes`);
  } finally {
    clearTimeout(stall);
  }
  await rename(partial, path);
  return { bytes, sha256: hash.digest('hex') };
}

function tooLarge(bytes: number): ArchiveLimitsExceeded {
  return new ArchiveLimitsExceeded(`the answer is over ${archiveLimits.exportBytes} bytes (${bytes} so far)`);
}
