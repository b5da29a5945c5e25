import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { checksumFile, ChecksumMeter, type Checksums } from '../core/checksum.ts';
import { WorkFilesLost } from '../core/file-errors.ts';
import { refuseTotal } from './bombs.ts';
import { readMember, readZipMembers, type ZipMember } from './export-zip.ts';
import { gunzipMember } from './gunzip.ts';
import { LineScanner } from './line-scanner.ts';
import { LinesTally } from './lines-tally.ts';
import {
  partFileName,
  type ParsedHour,
  type ParsedMember,
  type ParsedPart,
  type ParseProgress,
  type ParseTask,
} from './parsed-hour.ts';
import { rewriteMember } from './rewrite-member.ts';

/**
 * Unpacks and checks every line of an hour's archive, in constant memory. A member without bad lines lands as its
 * own gzip bytes, straight from the archive; only a member with bad lines is written again, next to a file that
 * keeps those lines.
 * @throws WorkFilesLost when the archive is not the one that was checked, MemberCorrupt, ArchiveLimitsExceeded
 */
export async function parseHour(
  task: ParseTask,
  onProgress: (progress: ParseProgress) => void,
): Promise<ParsedHour> {
  const raw = await checksumFile(task.archive);
  if (raw.sha256 !== task.sha256)
    throw new WorkFilesLost(`the archive in ${task.folder} is not the one that was downloaded there`);
  const members: ParsedMember[] = [];
  const parts: ParsedPart[] = [];
  const total = new LinesTally();
  let unpackedBytes = 0;
  for (const [index, member] of (await readZipMembers(task.archive, task.limits)).entries()) {
    const { tally, packed, bytes } = await tallyMember(task, member);
    unpackedBytes += bytes;
    refuseTotal(unpackedBytes, task.limits);
    members.push({
      name: member.name,
      bytes: member.bytes,
      crc32: member.crc32,
      events: tally.events,
      rejected: tally.rejected,
      digest: tally.digest.toString(),
    });
    if (tally.rejected > 0) {
      parts.push(...(await rewriteMember(task, member, index)));
    } else if (tally.events > 0) {
      parts.push(await passThrough(task, member, index, tally.events, packed));
    }
    total.merge(tally);
    onProgress({ members: members.length, events: total.events, unpackedBytes });
  }
  return {
    raw,
    members,
    parts,
    events: total.events,
    rejected: total.rejected,
    outsideWindow: total.outsideWindow,
    unpackedBytes,
    digest: total.digest.toString(),
    firstUploadTime: total.firstUploadTime ?? null,
    lastUploadTime: total.lastUploadTime ?? null,
  };
}

async function tallyMember(
  task: ParseTask,
  member: ZipMember,
): Promise<{ tally: LinesTally; packed: Checksums; bytes: number }> {
  const scanner = new LineScanner({ maxLineBytes: task.maxLineBytes, window: task.window });
  const meter = new ChecksumMeter();
  const { unpackedBytes } = await gunzipMember(task.archive, member, task.limits, {
    packed: (chunk) => meter.update(chunk),
    unpacked: (chunk) => {
      scanner.push(chunk);
      scanner.passAll();
    },
  });
  scanner.end();
  scanner.passAll();
  return { tally: scanner.tally, packed: meter.finish(), bytes: unpackedBytes };
}

/** Stored members are uploaded straight from the archive; a deflated one is unpacked to its own gzip bytes first. */
async function passThrough(
  task: ParseTask,
  member: ZipMember,
  index: number,
  events: number,
  packed: Checksums,
): Promise<ParsedPart> {
  const part = { format: 'events', index, events, ...packed } as const;
  if (member.stored) return { ...part, file: task.archive, start: member.dataStart };
  const file = join(task.folder, partFileName('events', index));
  await pipeline(readMember(task.archive, member), createWriteStream(file));
  return { ...part, file, start: 0 };
}
