import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { byteCount, firstBytes } from './byte-streams.ts';

/** The data that a request asked for. */
export interface Content {
  readonly type: 'application/zip' | 'application/json';
  /** Makes the bytes, the same each time. */
  readonly bytes: () => AsyncIterable<Buffer>;
}

/**
 * How the sending of the data ends: `whole`, or after half of its bytes. Then the connection is cut (`early-close`),
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

/** Answers 200 and sends the data, chunked. When the client leaves, it stops making them. */
export async function sendContent(
  { type, bytes }: Content,
  ending: Ending,
  response: ServerResponse,
): Promise<void> {
  response.writeHead(200, { 'Content-Type': type });
  try {
    if (ending === 'whole') {
      await pipeline(bytes(), response);
      return;
    }
    // The data are made twice, because half of them is known only with their length. That is cheaper than keeping them.
    const half = Math.floor((await byteCount(bytes())) / 2);
    await pipeline(firstBytes(bytes(), half), response, { end: ending === 'truncated' });
    // What was written so far still reaches the client.
    if (ending === 'early-close') response.socket?.destroySoon();
    if (ending === 'stall' && !response.closed) await once(response, 'close');
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && CLIENT_GONE.has(String(error.code)))) throw error;
  }
}
