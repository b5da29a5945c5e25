import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { archiveBytes, type ArchiveHour } from './archive.ts';
import { byteCount, firstBytes } from './byte-streams.ts';
import type { EventSource } from './events.ts';

/**
 * How the sending of an archive ends: `whole`, or after half of its bytes. Then the connection is cut (`early-close`),
 * stays open and silent until the client leaves (`stall`), or ends as if complete (`truncated`).
 */
export type Ending = 'whole' | 'early-close' | 'stall' | 'truncated';

/** How a request gets no answer: silence until the client leaves, or a reset of its connection. */
export type Absence = 'silence' | 'reset';

/** Leaves a request without an answer. */
export function sendNothing(absence: Absence, { socket }: ServerResponse): void {
  if (absence === 'reset') socket?.resetAndDestroy();
}

/** Error codes when a client leaves before the end. */
const CLIENT_GONE = new Set(['ERR_STREAM_PREMATURE_CLOSE', 'ECONNRESET', 'EPIPE']);

/** Answers 200 and sends the archive of some hours, chunked. When the client leaves, it stops making the archive. */
export async function sendArchive(
  source: EventSource,
  hours: readonly ArchiveHour[],
  ending: Ending,
  response: ServerResponse,
): Promise<void> {
  response.writeHead(200, { 'Content-Type': 'application/zip' });
  try {
    if (ending === 'whole') {
      await pipeline(archiveBytes(source, hours), response);
      return;
    }
    // The archive is made twice, because half of it is known only with its length. That is cheaper than keeping it.
    const half = Math.floor((await byteCount(archiveBytes(source, hours))) / 2);
    await pipeline(firstBytes(archiveBytes(source, hours), half), response, { end: ending === 'truncated' });
    // What was written so far still reaches the client.
    if (ending === 'early-close') response.socket?.destroySoon();
    if (ending === 'stall' && !response.closed) await once(response, 'close');
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && CLIENT_GONE.has(String(error.code)))) throw error;
  }
}
