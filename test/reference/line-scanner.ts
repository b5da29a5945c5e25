/** Where a line is in its member: `line` counts from 1, blank lines too; `offset` is in unpacked bytes. */
export interface LinePosition {
  readonly line: number;
  readonly offset: number;
}

/** What a scanner calls for each line, newline excluded. */
export interface LineSink {
  /** A line up to the limit. */
  line(bytes: Buffer, position: LinePosition): void;
  /** The next piece of a line over the limit; the last one, which may be empty, ends the line. */
  longLine(piece: Buffer, position: LinePosition, last: boolean): void;
}

const NEWLINE = 0x0a;

/**
 * Cuts a stream of bytes into lines, holding at most one line of `maxLineBytes`. A longer line is handed on in
 * pieces as they come, so that no line can exhaust memory.
 */
export class LineScanner {
  readonly #maxLineBytes: number;
  readonly #sink: LineSink;
  #held: Buffer[] = [];
  #heldBytes = 0;
  #line = 1;
  #offset = 0;
  /** Whether the last line has no newline: known once the stream has ended. */
  lacksNewline = false;

  constructor(maxLineBytes: number, sink: LineSink) {
    this.#maxLineBytes = maxLineBytes;
    this.#sink = sink;
  }

  /** Takes the next bytes, which nobody may change afterwards: lines are handed on without a copy. */
  push(chunk: Buffer): void {
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, start)) {
      this.#finishLine(chunk.subarray(start, end), 1);
      start = end + 1;
    }
    if (start < chunk.length) this.#hold(chunk.subarray(start));
  }

  /** Ends the stream: what follows the last newline is a line too, unless it is nothing. */
  end(): void {
    this.lacksNewline = this.#heldBytes > 0;
    if (this.lacksNewline) this.#finishLine(Buffer.alloc(0), 0);
  }

  #finishLine(rest: Buffer, newlineBytes: 0 | 1): void {
    const position = { line: this.#line, offset: this.#offset };
    const bytes = this.#heldBytes + rest.length;
    if (bytes <= this.#maxLineBytes) {
      this.#sink.line(this.#held.length === 0 ? rest : Buffer.concat([...this.#held, rest], bytes), position);
    } else {
      this.#passOn(rest, position, true);
    }
    this.#held = [];
    this.#heldBytes = 0;
    this.#line += 1;
    this.#offset += bytes + newlineBytes;
  }

  #hold(piece: Buffer): void {
    this.#heldBytes += piece.length;
    if (this.#heldBytes > this.#maxLineBytes) {
      const position = { line: this.#line, offset: this.#offset };
      this.#passOn(piece, position, false);
    } else {
      this.#held.push(piece);
    }
  }

  #passOn(piece: Buffer, position: LinePosition, last: boolean): void {
    for (const held of this.#held) this.#sink.longLine(held, position, false);
    this.#held = [];
    this.#sink.longLine(piece, position, last);
  }
}
