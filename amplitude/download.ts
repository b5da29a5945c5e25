import { rename } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ChecksumMeter, type Checksums } from '../core/checksum.ts';
import { ExportError } from '../core/errors.ts';
import { isFileSystemError } from '../core/file-errors.ts';
import { ArchiveLimitsExceeded, ConnectionLost, SourceTimedOut } from './errors.ts';
import { FileSink } from './file-sink.ts';
import { archiveLimits, sourceTimeouts, type SourceTimeouts } from './limits.ts';
import { MinimumSpeed } from './minimum-speed.ts';

/** How many bytes an answer may have, and the error for one that has more. */
export interface DownloadLimit {
  readonly bytes: number;
  readonly exceeded: (bytes: number) => ExportError;
}

const exportLimit: DownloadLimit = {
  bytes: archiveLimits.exportBytes,
  exceeded: (bytes) =>
    new ArchiveLimitsExceeded(`the answer is over ${archiveLimits.exportBytes} bytes (${bytes} so far)`),
};

/**
 * Streams the body of an answer to a file, and returns its checksums. The file gets its name only when it is complete.
 * `onBytes` is called with the number of bytes so far.
 * @throws SourceTimedOut after `timeouts.stallMs` without a byte, or when the download is too slow; ConnectionLost when
 *   the body ends early; WorkDirFailed when the disk takes no byte for `timeouts.diskMs`; the error of `limit`; the file
 *   system's own error; the signal's reason
 */
export async function download(
  body: Readable,
  path: string,
  onBytes: (bytes: number) => void,
  signal: AbortSignal,
  timeouts: SourceTimeouts = sourceTimeouts,
  limit = exportLimit,
): Promise<Checksums> {
  const meter = new ChecksumMeter();
  const minimumSpeed = new MinimumSpeed(timeouts);
  let bytes = 0;
  const partial = `${path}.partial`;
  const file = new FileSink(partial, timeouts.diskMs);
  const stall = setTimeout(() => {
    if (file.writableNeedDrain) stall.refresh();
    else body.destroy(stalled(bytes, timeouts));
  }, timeouts.stallMs);
  // While the file takes no more bytes, the download waits for the disk, not for the source.
  file.on('drain', () => {
    stall.refresh();
    minimumSpeed.restartWait();
  });
  body.on('data', (chunk: Buffer) => {
    stall.refresh();
    bytes += chunk.length;
    meter.update(chunk);
    onBytes(bytes);
    const tooSlow = minimumSpeed.count(chunk.length, bytes);
    if (tooSlow !== undefined) body.destroy(tooSlow);
    if (bytes > limit.bytes) body.destroy(limit.exceeded(bytes));
  });
  try {
    await pipeline(body, file, { signal });
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof ExportError || isFileSystemError(error)) throw error;
    throw new ConnectionLost(`the connection was cut after ${bytes} bytes`);
  } finally {
    clearTimeout(stall);
  }
  await rename(partial, path);
  return meter.finish();
}

function stalled(bytes: number, { stallMs }: SourceTimeouts): SourceTimedOut {
  return new SourceTimedOut(`no byte came for ${stallMs / 1000} s, after ${bytes} bytes`);
}
