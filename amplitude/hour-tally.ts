import { LinesDigest } from './digest.ts';
import type { MemberResult } from './parse-member.ts';
import type { ParsedHour } from './parsed-hour.ts';

/** Adds up the members of an hour, in any order. */
export class HourTally {
  members = 0;
  events = 0;
  unpackedBytes = 0;
  #rejected = 0;
  #outsideWindow = 0;
  #firstUploadTime: string | undefined;
  #lastUploadTime: string | undefined;
  readonly #digest = new LinesDigest();

  /** Adds one member. */
  add({ member, outsideWindow, unpackedBytes, firstUploadTime, lastUploadTime }: MemberResult): void {
    this.members += 1;
    this.events += member.events;
    this.unpackedBytes += unpackedBytes;
    this.#rejected += member.rejected;
    this.#outsideWindow += outsideWindow;
    this.#digest.merge(LinesDigest.parse(member.digest));
    this.#firstUploadTime = [this.#firstUploadTime, firstUploadTime].filter(isText).sort()[0];
    this.#lastUploadTime = [this.#lastUploadTime, lastUploadTime].filter(isText).sort().at(-1);
  }

  /** What the members added so far come to. */
  sums(): Omit<ParsedHour, 'raw' | 'members' | 'parts'> {
    return {
      events: this.events,
      rejected: this.#rejected,
      outsideWindow: this.#outsideWindow,
      unpackedBytes: this.unpackedBytes,
      digest: this.#digest.toString(),
      firstUploadTime: this.#firstUploadTime ?? null,
      lastUploadTime: this.#lastUploadTime ?? null,
    };
  }
}

function isText(time: string | undefined): time is string {
  return time !== undefined;
}
