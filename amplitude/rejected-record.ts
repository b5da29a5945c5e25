import type { RejectReason } from './line-scanner.ts';

/** Where a bad line was, and why it was kept aside. */
interface RejectedLine {
  readonly member: string;
  readonly line: number;
  readonly offset: number;
  readonly reason: RejectReason;
}

/**
 * One record of a rejected file, `{member, line, offset, reason, base64}` on a line of its own, written piece by
 * piece so that the line it keeps need never be in memory whole.
 */
export class RejectedRecord {
  readonly #out: { write(text: string): void };
  /** Base64 writes three bytes at a time: up to two wait for the next piece. */
  #waiting: Uint8Array = new Uint8Array(0);

  constructor(out: { write(text: string): void }, rejected: RejectedLine) {
    this.#out = out;
    out.write(`${JSON.stringify(rejected).slice(0, -1)},"base64":"`);
  }

  add(piece: Uint8Array): this {
    const bytes = Buffer.concat([this.#waiting, piece]);
    const whole = bytes.length - (bytes.length % 3);
    this.#out.write(bytes.toString('base64', 0, whole));
    this.#waiting = bytes.subarray(whole);
    return this;
  }

  end(): void {
    this.#out.write(`${Buffer.from(this.#waiting).toString('base64')}"}\n`);
  }
}
