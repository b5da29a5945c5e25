import { stat } from 'node:fs/promises';
import { checksumFile } from '../core/checksum.ts';
import { crc64Combine } from '../core/crc64-combine.ts';
import { WorkFilesLost } from '../core/file-errors.ts';
import type { ParseTask } from './parsed-hour.ts';

/** A range of an archive with its CRC-64/NVME, in base64. */
export interface CheckedRange {
  readonly start: number;
  readonly bytes: number;
  readonly crc64nvme: string;
}

/** The CRC-64/NVME of no bytes. */
const EMPTY_CRC = 'AAAAAAAAAAA=';

/**
 * Refuses an archive that is not the one that was downloaded, by the CRCs of the ranges that were parsed. They do not
 * overlap. Only the bytes between them are read: headers and directory.
 * @throws WorkFilesLost; the file system's own error
 */
export async function refuseOtherBytes(task: ParseTask, parsed: readonly CheckedRange[]): Promise<void> {
  const { archive, raw } = task;
  const { size } = await stat(archive);
  const inOrder = parsed.toSorted((a, b) => a.start - b.start);
  let crc = EMPTY_CRC;
  let end = 0;
  for (const range of [...inOrder, { start: size, bytes: 0, crc64nvme: EMPTY_CRC }]) {
    const between = await checksumFile(archive, { start: end, bytes: range.start - end });
    crc = crc64Combine(crc, between.crc64nvme, between.bytes);
    crc = crc64Combine(crc, range.crc64nvme, range.bytes);
    end = range.start + range.bytes;
  }
  if (crc !== raw.crc64nvme) throw otherArchive(task);
}

/**
 * Refuses an archive that is not the one that was downloaded, by reading all of it. For one that could not be parsed:
 * an archive that changed on this disk is not damaged at its source.
 * @throws WorkFilesLost; the file system's own error; the signal's reason
 */
export async function refuseOtherArchive(task: ParseTask, signal: AbortSignal): Promise<void> {
  const { sha256 } = await checksumFile(task.archive, undefined, signal);
  if (sha256 !== task.raw.sha256) throw otherArchive(task);
}

function otherArchive({ folder }: ParseTask): WorkFilesLost {
  return new WorkFilesLost(`the archive in ${folder} is not the one that was downloaded there`);
}
