import type { ZipFile } from 'yauzl';
import { ArchiveBroken } from './errors.ts';
import type { ZipBytes } from './zip-bytes.ts';

/** The record that ends a directory, its comment left out. */
const END_BYTES = 22;
const ZIP64_END = 'PK\x06\x06';
/** A zip64 record's signature, and the field that counts the bytes after itself. */
const ZIP64_HEAD_BYTES = 12;
const ZIP64_LOCATOR_BYTES = 20;

/**
 * Refuses an archive that has something between the last entry which yauzl read and the record that ends the
 * directory. That record counts the entries, and yauzl reads no more than that: a damaged count would lose members.
 * Source: APPNOTE.TXT 6.3, sections 4.3.14 to 4.3.16.
 * @throws ArchiveBroken
 */
export async function refuseUncounted(bytes: ZipBytes, zip: ZipFile): Promise<void> {
  const end = bytes.size - END_BYTES - zip.comment.length;
  // A number, whatever its declaration says.
  const next = Number(zip.readEntryCursor);
  if (next === end || (await zip64End(bytes, next)) === end) return;
  throw new ArchiveBroken(
    `the archive's directory does not end after the ${zip.entryCount} members it counts`,
  );
}

/** Where the two zip64 records end that may follow the last entry; undefined when none is there. */
async function zip64End(bytes: ZipBytes, start: number): Promise<number | undefined> {
  const head = await bytes.text(start, ZIP64_HEAD_BYTES);
  if (head.length < ZIP64_HEAD_BYTES || !head.startsWith(ZIP64_END)) return undefined;
  const rest = Number(Buffer.from(head, 'latin1').readBigUInt64LE(ZIP64_END.length));
  return start + ZIP64_HEAD_BYTES + rest + ZIP64_LOCATOR_BYTES;
}
