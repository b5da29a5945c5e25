import { LinesDigest } from './digest.ts';

/** Counts and digest of lines: one member's, or by `merge` all of the hour's. */
export class LinesTally {
  readonly digest: LinesDigest;
  events = 0;
  rejected = 0;
  /** Events whose `server_upload_time` is a time outside the window. */
  outsideWindow = 0;
  /** The least `server_upload_time` seen, as it was written; its form sorts as text. */
  firstUploadTime: string | undefined;
  /** The greatest one. */
  lastUploadTime: string | undefined;

  constructor(digest = new LinesDigest()) {
    this.digest = digest;
  }

  /** Adds all that another tally counted. */
  merge(other: LinesTally): void {
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
