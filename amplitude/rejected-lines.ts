import { LinesDigest } from './digest.ts';
import { LineScanner } from './line-scanner.ts';
import type { LineSums } from './line-sums.ts';

/** Stands between a record's place and reason and its line. JSON escapes quotes, so no text value can hold it. */
const MARK = ',"base64":"';
const QUOTE = 0x22;

/** A place and a reason: a member's name is the longest part, and zip bounds it by 64 KiB, which escapes may multiply. */
const MAX_HEAD_BYTES = 1024 * 1024;

/** Longer records come in pieces. */
const HELD_BYTES = 1024 * 1024;

/**
 * Counts and digests the lines that a rejected file keeps, as `RejectedRecord` writes them. Of a record no more than a
 * piece is in memory, however long the line in it is.
 */
export class RejectedLines implements LineSums {
  readonly digest = new LinesDigest();
  lines = 0;
  damage: string | undefined;
  readonly #scanner = new LineScanner({ maxLineBytes: HELD_BYTES, wanted: ['event', 'blank', 'rejected'] });
  #head = Buffer.alloc(0);
  #part: 'head' | 'base64' | 'tail' = 'head';
  /** Base64 reads four characters at a time: up to three wait for the next piece. */
  #waiting = '';
  #tail = '';

  push(chunk: Buffer): void {
    this.#scanner.push(chunk);
    this.#scan();
  }

  end(): void {
    this.#scanner.end();
    this.#scan();
    this.#scanner.close();
  }

  #scan(): void {
    for (let found = this.#scanner.next(); found !== undefined; found = this.#scanner.next()) {
      if (this.damage === undefined) this.#takePiece(this.#scanner.bytes, found !== 'piece');
    }
  }

  #takePiece(piece: Buffer, last: boolean): void {
    this.#take(piece);
    if (!last) return;
    if (this.#tail !== '"}') this.#fail('does not end as a record');
    this.digest.addPiece(Buffer.alloc(0), true);
    this.lines += 1;
    this.#head = Buffer.alloc(0);
    this.#part = 'head';
    this.#tail = '';
  }

  #take(piece: Buffer): void {
    let rest = piece;
    if (this.#part === 'head') rest = this.#takeHead(rest);
    if (this.#part === 'base64') rest = this.#takeBase64(rest);
    if (this.#part === 'tail') this.#tail = (this.#tail + rest.toString('latin1', 0, 3)).slice(0, 3);
  }

  /** Gives what follows the head in this piece. */
  #takeHead(piece: Buffer): Buffer {
    const head = Buffer.concat([this.#head, piece]);
    const end = head.indexOf(MARK);
    this.#head = end === -1 ? head : head.subarray(0, end);
    if (this.#head.length > MAX_HEAD_BYTES) this.#fail('keeps no line');
    if (end === -1) return Buffer.alloc(0);
    if (!isJson(`${this.#head.toString('utf8')}}`)) this.#fail('is not JSON');
    this.#part = 'base64';
    return head.subarray(end + MARK.length);
  }

  /** Gives what follows the line in this piece. */
  #takeBase64(piece: Buffer): Buffer {
    const end = piece.indexOf(QUOTE);
    const text = this.#waiting + piece.toString('latin1', 0, end === -1 ? piece.length : end);
    const whole = text.length - (text.length % 4);
    const line = Buffer.from(text.slice(0, whole), 'base64');
    if (line.toString('base64') !== text.slice(0, whole)) this.#fail('keeps something other than base64');
    this.digest.addPiece(line, false);
    this.#waiting = text.slice(whole);
    if (end === -1) return Buffer.alloc(0);
    if (this.#waiting !== '') this.#fail('keeps something other than base64');
    this.#part = 'tail';
    return piece.subarray(end);
  }

  #fail(how: string): void {
    this.damage ??= `record ${this.lines + 1} ${how}`;
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
