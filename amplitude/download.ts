import { createHash } from 'node:crypto';
import { rename } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { isFileSystemError, WorkDirFailed } from '../core/file-errors.ts';
import { ArchiveLimitsExceeded, ConnectionLost, SourceTimedOut } from './errors.ts';
import { FileSink } from './file-sink.ts';
import { archiveLimits, sourcePatience, type SourcePatience } from './limits.ts';
import { SpeedFloor } from './speed-floor.ts';

/** What was downloaded: bytes on disk, and their SHA-256 in hex. */
export interface Download {
  readonly bytes: number;
  readonly sha256: string;
}

/**
 * Streams the body of an answer to a file, which gets its name only when it is whole.
 * `onBytes` is called with the bytes so far.
 * @throws SourceTimedOut after `patience.stallMs` without a byte, or when too few come; ConnectionLost when the body
 *   ends early; WorkDirFailed when the disk takes none for `patience.diskMs`; ArchiveLimitsExceeded, or the file
 *   system's own error
 */
export async function download(
  body: Readable,
  path: string,
  onBytes: (bytes: number) => void,
  signal: AbortSignal,
  patience: SourcePatience = sourcePatience,
): Promise<Download> {
  const hash = createHash('sha256');
  const floor = new SpeedFloor(patience);
  let bytes = 0;
  const partial = `${path}.partial`;
  const file = new FileSink(partial, patience.diskMs);
  const stall = setTimeout(() => {
    if (file.writableNeedDrain) stall.refresh();
    else body.destroy(stalled(bytes, patience));
  }, patience.stallMs);
  // While the file takes no more, it is the disk that is waited for, not the source.
  file.on('drain', () => {
    stall.refresh();
    floor.restartWait();
  });
  body.on('data', (chunk: Buffer) => {
    stall.refresh();
    bytes += chunk.length;
    hash.update(chunk);
    onBytes(bytes);
    const tooSlow = floor.count(chunk.length, bytes);
    if (tooSlow !== undefined) body.destroy(tooSlow);
    if (bytes > archiveLimits.exportBytes) body.destroy(tooLarge(bytes));
  });
  try {
    await pipeline(body, file, { signal });
  } catch (error) {
    signal.throwIfAborted();
    const isOurs = [SourceTimedOut, ArchiveLimitsExceeded, WorkDirFailed].some(
      (type) => error instanceof type,
    );
    if (isOurs || isFileSystemError(error)) throw error;
    throw new ConnectionLost(`the connection was cut after ${bytes} bytes`);
  } finally {
    clearTimeout(stall);
  }
  await rename(partial, path);
  return { bytes, sha256: hash.digest('hex') };
}

function stalled(bytes: number, { stallMs }: SourcePatience): SourceTimedOut {
  return new SourceTimedOut(`no byte came for ${stallMs / 1000} s, after ${bytes} bytes`);
}

function tooLarge(bytes: number): ArchiveLimitsExceeded {
  return new ArchiveLimitsExceeded(`the answer is over ${archiveLimits.exportBytes} bytes (${bytes} so far)`);
}
