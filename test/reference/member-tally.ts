import type { HourWindow } from '../../core/hour-window.ts';
import { LinesDigest } from '../../amplitude/digest.ts';
import { inspectLine } from './inspect-line.ts';
import type { LinePosition, LineSink } from './line-scanner.ts';
import { outsideOf } from '../../amplitude/upload-time.ts';

/** Counts and digests lines of an hour window: one member's, or by `merge` all of the hour's. */
export class MemberTally implements LineSink {
  readonly digest = new LinesDigest();
  events = 0;
  rejected = 0;
  blank = 0;
  /** Events whose `server_upload_time` is a time outside the window. */
  outsideWindow = 0;
  /** The least `server_upload_time` seen, as it was written; its form sorts as text. */
  firstUploadTime: string | undefined;
  /** The greatest one. */
  lastUploadTime: string | undefined;
  readonly #isOutside: (uploadTime: string) => boolean;

  constructor(window: HourWindow) {
    this.#isOutside = outsideOf(window);
  }

  line(bytes: Buffer): void {
    const verdict = inspectLine(bytes);
    if (verdict.kind === 'blank') {
      this.blank += 1;
      return;
    }
    this.digest.addPiece(bytes, true);
    if (verdict.kind === 'rejected') {
      this.rejected += 1;
    } else {
      this.events += 1;
      if (verdict.uploadTime !== undefined && this.#isOutside(verdict.uploadTime)) this.outsideWindow += 1;
      this.#seeTime(verdict.uploadTime);
    }
  }

  longLine(piece: Buffer, _position: LinePosition, last: boolean): void {
    this.digest.addPiece(piece, last);
    if (last) this.rejected += 1;
  }

  /** Adds all that another tally counted. */
  merge(other: MemberTally): void {
    this.events += other.events;
    this.rejected += other.rejected;
    this.blank += other.blank;
    this.outsideWindow += other.outsideWindow;
    this.digest.merge(other.digest);
    this.#seeTime(other.firstUploadTime);
    this.#seeTime(other.lastUploadTime);
  }

  #seeTime(time: string | undefined): void {
    if (time === undefined) return;
    if (this.firstUploadTime === undefined || time < this.firstUploadTime) this.firstUploadTime = time;
    if (this.lastUploadTime === undefined || time > this.lastUploadTime) this.lastUploadTime = time;
  }
}
