import { LinesDigest } from './digest.ts';

/** What lines add up to. */
export interface LineCounts {
  readonly digest: LinesDigest;
  readonly events: number;
  readonly rejected: number;
  /** Events whose `server_upload_time` is a time outside the window. */
  readonly outsideWindow: number;
  /** The least `server_upload_time`, as it was written; its form sorts as text. */
  readonly firstUploadTime: string | undefined;
  /** The greatest one. */
  readonly lastUploadTime: string | undefined;
}

/** Adds up lines: one member's, or by `merge` all of the hour's. */
export class LinesTally implements LineCounts {
  readonly digest: LinesDigest;
  events = 0;
  rejected = 0;
  outsideWindow = 0;
  firstUploadTime: string | undefined;
  lastUploadTime: string | undefined;

  constructor(digest = new LinesDigest()) {
    this.digest = digest;
  }

  /** Adds other lines. */
  merge(other: LineCounts): void {
    this.events += other.events;
    this.rejected += other.rejected;
    this.outsideWindow += other.outsideWindow;
    this.digest.merge(other.digest);
    if (other.firstUploadTime !== undefined) this.seeTime(other.firstUploadTime);
    if (other.lastUploadTime !== undefined) this.seeTime(other.lastUploadTime);
  }

  /** Takes the upload time of one event. */
  seeTime(time: string): void {
    if (this.firstUploadTime === undefined || time < this.firstUploadTime) this.firstUploadTime = time;
    if (this.lastUploadTime === undefined || time > this.lastUploadTime) this.lastUploadTime = time;
  }
}
