import type { Checksums } from '../core/checksum.ts';
import type { HourWindow } from '../core/hour-window.ts';
import type { ArchiveLimits } from './limits.ts';

/** Which archive to parse, the folder for work files, and the limits. Sizes in bytes. */
export interface ParseTask {
  /** The hour that the archive was asked for. */
  readonly window: HourWindow;
  readonly archive: string;
  readonly folder: string;
  /** The checksums of the archive as it was downloaded. */
  readonly raw: Checksums;
  readonly maxLineBytes: number;
  readonly limits: ArchiveLimits;
  /** Given when Parquet files are wanted: when the events were requested, as an ISO time in UTC. */
  readonly parquet?: { readonly extractedAt: string };
}

/** One object to land: a range of a file on this machine, with its checksums. */
export interface ParsedPart extends Checksums {
  readonly format: 'events' | 'rejected';
  /** The member's position in the archive, from 0. */
  readonly index: number;
  readonly file: string;
  readonly start: number;
  /** Number of lines in the part: events, or rejected lines. */
  readonly events: number;
}

/** One Parquet file to land: a range of a file on this machine, with its checksums. */
export interface ParquetPart extends Checksums {
  readonly file: string;
  readonly start: number;
  /** Its rows. */
  readonly events: number;
  /** For each column, how many values are null because they are not of its type; only columns that have some. */
  readonly badValues?: Readonly<Record<string, number>>;
}

/** The content of a member; `bytes` and `crc32` are those of the archive's directory. */
export interface ParsedMember {
  readonly name: string;
  readonly bytes: number;
  readonly crc32: number;
  readonly events: number;
  readonly rejected: number;
  readonly digest: string;
}

/** The content of an hour's archive. The upload times are the smallest and greatest `server_upload_time`, as Amplitude wrote them. */
export interface ParsedHour {
  readonly raw: Checksums;
  readonly members: readonly ParsedMember[];
  readonly parts: readonly ParsedPart[];
  /** The Parquet files, in the order of their lines; none when none are wanted. */
  readonly parquet: readonly ParquetPart[];
  readonly events: number;
  readonly rejected: number;
  /** Events whose `server_upload_time` is outside the window. Events without a readable time are not counted. */
  readonly outsideWindow: number;
  readonly unpackedBytes: number;
  readonly digest: string;
  readonly firstUploadTime: string | null;
  readonly lastUploadTime: string | null;
}

/** The progress of a parse, or of the Parquet files that follow it. */
export interface ParseProgress {
  readonly step: 'parsing' | 'writing Parquet';
  readonly members: number;
  readonly events: number;
  readonly unpackedBytes: number;
}

/** The name of a part's work file. */
export function partFileName(format: ParsedPart['format'], index: number): string {
  return `${format}-${String(index).padStart(4, '0')}.json.gz`;
}
