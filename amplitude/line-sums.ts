import type { LinesDigest } from './digest.ts';
import { LineScanner } from './line-scanner.ts';
import { LinesTally } from './lines-tally.ts';
import { archiveLimits } from './limits.ts';

/** What the lines of a landed file add up to. */
export interface LineSums {
  /** Takes the next bytes of the file. */
  push(chunk: Buffer): void;
  /** Ends the file: what follows is known then. */
  end(): void;
  /** Lines that are not blank. */
  readonly lines: number;
  readonly digest: LinesDigest;
  /** What keeps the file from being one that we wrote; undefined when nothing does. */
  readonly damage: string | undefined;
}

/**
 * Counts and digests the lines of a landed event file. They were judged before they landed: the digest tells. A file that
 * is not plain NDJSON is damaged.
 */
export class EventLines implements LineSums {
  damage: string | undefined;
  readonly #scanner = new LineScanner({ maxLineBytes: archiveLimits.lineBytes });
  #tally = new LinesTally();

  push(chunk: Buffer): void {
    this.#scanner.push(chunk);
    this.#scanner.passAll();
  }

  end(): void {
    this.#scanner.end();
    this.#scanner.passAll();
    this.#tally = this.#scanner.tally;
    const { blank, lacksNewline } = this.#scanner;
    if (blank > 0) this.damage = `it has ${blank} blank lines`;
    else if (lacksNewline) this.damage = 'its last line has no newline';
    this.#scanner.close();
  }

  get lines(): number {
    return this.#tally.events + this.#tally.rejected;
  }

  get digest(): LinesDigest {
    return this.#tally.digest;
  }
}
