import type { ZipFile } from 'yauzl';
import { ArchiveBroken } from './errors.ts';
import type { ZipBytes } from './zip-bytes.ts';

/** The size of the record that ends a directory, without its comment. */
const END_BYTES = 22;
const ZIP64_END = 'PK\x06\x06';
/** The size of a zip64 record's signature and of the field that counts the bytes after it. */
const ZIP64_HEAD_BYTES = 12;
const ZIP64_LOCATOR_BYTES = 20;

/**
 * Refuses an archive that has bytes between the last entry that yauzl read and the record that ends the directory.
 * That record counts the entries, and yauzl reads no more than that number: a damaged count would lose members.
 * Source: APPNOTE.TXT 6.3, sections 4.3.14 to 4.3.16.
 * @throws ArchiveBroken; the file system's own error
 */
export async function refuseUncountedEntries(bytes: ZipBytes, zip: ZipFile): Promise<void> {
  const end = bytes.size - END_BYTES - zip.comment.length;
  // It is a number, although its type declaration says otherwise.
  const next = Number(zip.readEntryCursor);
  if (next === end || (await zip64End(bytes, next)) === end) return;
  throw new ArchiveBroken(
    `the archive's directory counts ${zip.entryCount} members, but does not end after them`,
  );
}

/** The end of the two zip64 records that may follow the last entry; undefined when they are missing. */
async function zip64End(bytes: ZipBytes, start: number): Promise<number | undefined> {
  const head = await bytes.text(start, ZIP64_HEAD_BYTES);
  if (head.length < ZIP64_HEAD_BYTES || !head.startsWith(ZIP64_END)) return undefined;
  const rest = Number(Buffer.from(head, 'latin1').readBigUInt64LE(ZIP64_END.length));
  return start + ZIP64_HEAD_BYTES + rest + ZIP64_LOCATOR_BYTES;
}
