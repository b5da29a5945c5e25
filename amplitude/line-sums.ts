import { LinesDigest } from './digest.ts';
import { isBlank } from './inspect-line.ts';
import type { LinePosition, LineSink } from './line-scanner.ts';

/** What the lines of a landed file add up to. */
export interface LineSums extends LineSink {
  /** Lines that are not blank. */
  readonly lines: number;
  readonly digest: LinesDigest;
  /** What keeps the file from being one that we wrote; undefined when nothing does. */
  readonly damage: string | undefined;
}

/** Counts and digests the lines of a landed event file. They were inspected before they landed: the digest tells. */
export class EventLines implements LineSums {
  readonly digest = new LinesDigest();
  readonly damage = undefined;
  lines = 0;
  /** A line that comes in pieces counts only if one of them is not blank. */
  #long = new LinesDigest();
  #blank = true;

  line(bytes: Buffer): void {
    if (isBlank(bytes)) return;
    this.digest.add(bytes);
    this.lines += 1;
  }

  longLine(piece: Buffer, _position: LinePosition, last: boolean): void {
    this.#long.addPiece(piece, last);
    this.#blank &&= isBlank(piece);
    if (!last) return;
    if (!this.#blank) {
      this.digest.merge(this.#long);
      this.lines += 1;
    }
    this.#long = new LinesDigest();
    this.#blank = true;
  }
}
