import type { Checksums } from '../core/checksum.ts';
import type { HourWindow } from '../core/hour-window.ts';
import type { ArchiveLimits } from './limits.ts';

/** Which archive to parse, where work files may go, and how far to trust it. Sizes in bytes. */
export interface ParseTask {
  /** The hour that the archive was asked for. */
  readonly window: HourWindow;
  readonly archive: string;
  readonly folder: string;
  /** What the archive's SHA-256 was, in hex, when its members were checked. */
  readonly sha256: string;
  readonly maxLineBytes: number;
  readonly limits: ArchiveLimits;
}

/** One object to land: a range of a file on this host, with its checksums. */
export interface ParsedPart extends Checksums {
  readonly format: 'events' | 'rejected';
  /** The member's place in the archive, from 0. */
  readonly index: number;
  readonly file: string;
  readonly start: number;
  /** Lines in the part: events, or rejected lines. */
  readonly events: number;
}

/** What a member held; `bytes` and `crc32` as the archive's directory has them. */
export interface ParsedMember {
  readonly name: string;
  readonly bytes: number;
  readonly crc32: number;
  readonly events: number;
  readonly rejected: number;
  readonly digest: string;
}

/** What an hour's archive held. The upload times are the least and the greatest `server_upload_time`, as written. */
export interface ParsedHour {
  readonly raw: Checksums;
  readonly members: readonly ParsedMember[];
  readonly parts: readonly ParsedPart[];
  readonly events: number;
  readonly rejected: number;
  /** Events whose `server_upload_time` is a time outside the window; one without a time that can be read is not. */
  readonly outsideWindow: number;
  readonly unpackedBytes: number;
  readonly digest: string;
  readonly firstUploadTime: string | null;
  readonly lastUploadTime: string | null;
}

/** How far a parse has come. */
export interface ParseProgress {
  readonly members: number;
  readonly events: number;
  readonly unpackedBytes: number;
}

/** The name of a part's work file. */
export function partFileName(format: ParsedPart['format'], index: number): string {
  return `${format}-${String(index).padStart(4, '0')}.json.gz`;
}
