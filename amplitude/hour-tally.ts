import { LinesDigest } from './digest.ts';
import { LinesTally } from './lines-tally.ts';
import type { MemberResult } from './parse-member.ts';
import type { ParsedHour } from './parsed-hour.ts';

/** Adds up the members of an hour, in any order. */
export class HourTally {
  members = 0;
  unpackedBytes = 0;
  readonly #lines = new LinesTally();

  get events(): number {
    return this.#lines.events;
  }

  /** Adds one member. */
  add({ member, unpackedBytes, ...times }: MemberResult): void {
    this.members += 1;
    this.unpackedBytes += unpackedBytes;
    this.#lines.merge({ ...member, ...times, digest: LinesDigest.parse(member.digest) });
  }

  /** What the members added so far come to. */
  sums(): Omit<ParsedHour, 'raw' | 'members' | 'parts' | 'parquet'> {
    const { events, rejected, outsideWindow, digest, firstUploadTime, lastUploadTime } = this.#lines;
    return {
      events,
      rejected,
      outsideWindow,
      unpackedBytes: this.unpackedBytes,
      digest: digest.toString(),
      firstUploadTime: firstUploadTime ?? null,
      lastUploadTime: lastUploadTime ?? null,
    };
  }
}
