import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { checksumFile, ChecksumMeter, type Checksums } from '../core/checksum.ts';
import { readMember, type ZipMember } from './export-zip.ts';
import { gunzipMember } from './gunzip.ts';
import { LineScanner } from './line-scanner.ts';
import type { LinesTally } from './lines-tally.ts';
import { partFileName, type ParsedMember, type ParsedPart, type ParseTask } from './parsed-hour.ts';
import { rewriteMember } from './rewrite-member.ts';
import type { CheckedRange } from './same-archive.ts';

/** One member to parse: the hour's task, the member, and its position in the archive, from 0. */
export interface MemberTask {
  readonly hour: ParseTask;
  readonly member: ZipMember;
  readonly index: number;
}

/**
 * The content of one member, as plain data: it goes from thread to thread. The upload times are the smallest and
 * greatest `server_upload_time` of its events, as Amplitude wrote them.
 */
export interface MemberResult {
  readonly member: ParsedMember;
  readonly parts: readonly ParsedPart[];
  /** The member's bytes in the archive. */
  readonly packed: CheckedRange;
  /** Events whose `server_upload_time` is a time outside the window. */
  readonly outsideWindow: number;
  readonly unpackedBytes: number;
  readonly firstUploadTime: string | undefined;
  readonly lastUploadTime: string | undefined;
}

/**
 * Unpacks and checks every line of one member, in constant memory. A member that is plain NDJSON and has no bad line lands
 * as its own gzip bytes, straight from the archive. Any other is rewritten: its events as plain NDJSON, its bad lines in
 * a file of their own.
 * @throws MemberCorrupt, ArchiveLimitsExceeded; the file system's own error
 */
export async function parseMember({ hour, member, index }: MemberTask): Promise<MemberResult> {
  const { tally, isPlain, own, unpackedBytes } = await tallyMember(hour, member);
  const { events, rejected, outsideWindow, firstUploadTime, lastUploadTime } = tally;
  const { name, bytes, crc32 } = member;
  let parts: readonly ParsedPart[] = [];
  if (rejected > 0 || (events > 0 && !isPlain)) parts = await rewriteMember(hour, member, index);
  else if (events > 0) parts = [await passThrough(hour, member, index, events, own)];
  return {
    member: { name, bytes, crc32, events, rejected, digest: tally.digest.toString() },
    parts,
    packed: await packedRange(hour, member, own),
    outsideWindow,
    unpackedBytes,
    firstUploadTime,
    lastUploadTime,
  };
}

/** What the lines of a member add up to. `isPlain`: none is blank, and each has a newline. */
interface TalliedMember {
  readonly tally: LinesTally;
  readonly isPlain: boolean;
  /** The checksums of the member's own gzip bytes. */
  readonly own: Checksums;
  readonly unpackedBytes: number;
}

async function tallyMember(hour: ParseTask, member: ZipMember): Promise<TalliedMember> {
  const scanner = new LineScanner({ maxLineBytes: hour.maxLineBytes, window: hour.window });
  const meter = new ChecksumMeter();
  try {
    const { unpackedBytes } = await gunzipMember(hour.archive, member, hour.limits, {
      packed: (chunk) => meter.update(chunk),
      unpacked: (chunk) => {
        scanner.push(chunk);
        scanner.passAll();
      },
    });
    scanner.end();
    scanner.passAll();
    const isPlain = scanner.blank === 0 && !scanner.lacksNewline;
    return { tally: scanner.tally, isPlain, own: meter.finish(), unpackedBytes };
  } finally {
    scanner.close();
  }
}

/** Stored members are uploaded straight from the archive; a deflated one is unpacked to its own gzip bytes first. */
async function passThrough(
  hour: ParseTask,
  member: ZipMember,
  index: number,
  events: number,
  own: Checksums,
): Promise<ParsedPart> {
  const part = { format: 'events', index, events, ...own } as const;
  if (member.stored) return { ...part, file: hour.archive, start: member.dataStart };
  const file = join(hour.folder, partFileName('events', index));
  await pipeline(readMember(hour.archive, member), createWriteStream(file));
  return { ...part, file, start: 0 };
}

/** A stored member is its own gzip bytes, which have been read; the packed bytes of a deflated one are read for this. */
async function packedRange(hour: ParseTask, member: ZipMember, own: Checksums): Promise<CheckedRange> {
  const range = { start: member.dataStart, bytes: member.packedBytes };
  const { crc64nvme } = member.stored ? own : await checksumFile(hour.archive, range);
  return { ...range, crc64nvme };
}
