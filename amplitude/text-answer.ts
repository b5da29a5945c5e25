import type { Readable } from 'node:stream';
import { CUT, type Redact } from '../core/redact.ts';
import { within } from '../core/within.ts';

const FIRST_TEXT_BYTES = 2048;

/**
 * The beginning of a text that came instead of an archive, without secrets. If its last characters begin a secret, they
 * are removed as well: the text may have been cut inside a secret, here, by the connection, or by the source. Text that
 * does not come within `stallMs` milliseconds is left out.
 */
export async function firstText(body: Readable, stallMs: number, redact: Redact): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  const stall = setTimeout(() => body.destroy(), stallMs);
  try {
    for await (const chunk of body as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes >= FIRST_TEXT_BYTES) break;
    }
  } catch {
    // The text so far is enough: the status already tells what happened.
  } finally {
    clearTimeout(stall);
  }
  return beginningOf(Buffer.concat(chunks), redact);
}

/** The beginning of a text that was read, without secrets and without the beginning of one at its end. */
export function beginningOf(bytes: Buffer, redact: Redact): string {
  const text = bytes.toString('utf8', 0, FIRST_TEXT_BYTES);
  return redact(`${text}${CUT}`).slice(0, -CUT.length);
}

/**
 * The kind of text that an answer is; undefined when it may be an archive. Its first bytes decide, or its content type,
 * unless it begins like a zip. The body can still be read from its beginning.
 * @throws the error that `late` makes, when no byte comes within `stallMs` milliseconds
 */
export async function textKind(
  body: Readable,
  contentType: unknown,
  stallMs: number,
  late: () => Error,
): Promise<string | undefined> {
  const start = await within(stallMs, firstPiece(body), late);
  if (start === '' || start.startsWith('PK')) return undefined;
  return kindOfStart(start) ?? kindOfType(contentType);
}

/** The kind of a text by its beginning; undefined when it may be anything. */
export function kindOfStart(start: string): 'JSON' | 'a web page' | undefined {
  const first = start.replace(/^\uFEFF/, '').trimStart();
  if (first.startsWith('<')) return 'a web page';
  return first.startsWith('{') || first.startsWith('[') ? 'JSON' : undefined;
}

function kindOfType(contentType: unknown): string | undefined {
  const type = String(contentType).split(';')[0]?.trim().toLowerCase() ?? '';
  if (type === 'text/html') return 'a web page';
  if (/^application\/([\w.-]+\+)?json$/.test(type)) return 'JSON';
  return /^text\/|[/+]xml$/.test(type) ? 'a text' : undefined;
}

const WAKING_EVENTS = ['readable', 'end', 'close', 'error'];

/** The first bytes that come, as text; they stay in the body. */
async function firstPiece(body: Readable): Promise<string> {
  for (;;) {
    const piece = body.read() as Buffer | null;
    if (piece !== null) {
      body.unshift(piece);
      return piece.toString('utf8', 0, 60);
    }
    if (body.readableEnded || body.destroyed) return '';
    await new Promise<void>((resolve) => {
      const awake = (): void => {
        for (const event of WAKING_EVENTS) body.off(event, awake);
        resolve();
      };
      for (const event of WAKING_EVENTS) body.on(event, awake);
    });
  }
}
