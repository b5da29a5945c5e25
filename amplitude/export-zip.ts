import { createReadStream } from 'node:fs';
import { createInflateRaw } from 'node:zlib';
import yauzl, { type Entry, type ZipFile } from 'yauzl';
import { messageOf } from '../core/errors.ts';
import { isFileSystemError } from '../core/file-errors.ts';
import { readRange } from '../core/read-range.ts';
import { refuseBomb, refuseTotal } from './bombs.ts';
import { refuseUncountedEntries } from './directory-end.ts';
import { ArchiveBroken, ArchiveLimitsExceeded } from './errors.ts';
import { archiveLimits, type ArchiveLimits } from './limits.ts';
import { quoteName } from './quote-member-name.ts';
import { kindOfStart } from './text-answer.ts';
import { ZipBytes } from './zip-bytes.ts';

/** One member of the export zip: where its bytes are in the file, and its entry in the directory. */
export interface ZipMember {
  /** As in the archive: untrusted, only to show to people. */
  readonly name: string;
  readonly dataStart: number;
  /** Bytes in the zip file; equal to `bytes` for a stored member. */
  readonly packedBytes: number;
  /** Bytes of the member, which is itself a gzip file. */
  readonly bytes: number;
  readonly crc32: number;
  readonly stored: boolean;
}

const STORED = 0;
const DEFLATED = 8;
const READ_BYTES = 256 * 1024;

/**
 * Reads the directory of an export zip: every member that is not a folder, in the directory's order.
 * Source: APPNOTE.TXT 6.3, through yauzl.
 * @throws ArchiveBroken when the file is not a zip with a whole directory; ArchiveLimitsExceeded; the file system's own
 *   error
 */
export async function readZipMembers(
  path: string,
  limits: ArchiveLimits = archiveLimits,
): Promise<ZipMember[]> {
  const bytes = await ZipBytes.open(path);
  try {
    return await readDirectory(bytes, await openZip(bytes), limits);
  } finally {
    await bytes.end();
  }
}

async function readDirectory(bytes: ZipBytes, zip: ZipFile, limits: ArchiveLimits): Promise<ZipMember[]> {
  const members: ZipMember[] = [];
  let entries = 0;
  let total = 0;
  try {
    for await (const entry of zip.eachEntry()) {
      entries += 1;
      // Folders count as well: for each, its local header is read.
      if (entries > limits.members) {
        throw new ArchiveLimitsExceeded(`the archive has over ${limits.members} members`);
      }
      const member = await locate(zip, entry);
      refuseBomb(member.name, member.bytes, member.packedBytes, limits);
      total += member.bytes;
      refuseTotal(total, limits);
      if (!isFolder(member)) members.push(member);
    }
    await refuseUncountedEntries(bytes, zip);
    refuseOverlaps(members);
    return members;
  } catch (error) {
    if (error instanceof ArchiveLimitsExceeded || error instanceof ArchiveBroken || isFileSystemError(error))
      throw error;
    throw new ArchiveBroken(
      `the archive's directory is damaged after ${members.length} members: ${messageOf(error)}`,
    );
  }
}

/** The CRC-32 of no bytes is zero: an entry with another CRC-32 has lost its bytes. */
function isFolder({ name, bytes, crc32 }: ZipMember): boolean {
  return name.endsWith('/') && bytes === 0 && crc32 === 0;
}

/**
 * The member's bytes, which are gzip data, in pieces; a piece is valid until the next one.
 * @throws zlib's or the file system's own error
 */
export async function* readMember(path: string, member: ZipMember): AsyncGenerator<Buffer, void> {
  const range = { start: member.dataStart, bytes: member.packedBytes };
  if (member.stored || member.packedBytes === 0) yield* readRange(path, range);
  else yield* inflated(path, range);
}

async function* inflated(
  path: string,
  { start, bytes }: { start: number; bytes: number },
): AsyncGenerator<Buffer, void> {
  const packed = createReadStream(path, { start, end: start + bytes - 1, highWaterMark: READ_BYTES });
  const unpacked = createInflateRaw({ chunkSize: READ_BYTES });
  packed.on('error', (error) => unpacked.destroy(error));
  unpacked.on('close', () => packed.destroy());
  yield* packed.pipe(unpacked) as AsyncIterable<Buffer>;
}

async function openZip(bytes: ZipBytes): Promise<ZipFile> {
  try {
    // Names are never used as paths, so data with an odd name is not refused. `locate` compares the sizes, because its
    // message can quote the name.
    const options = { decodeStrings: false, validateEntrySizes: false, autoClose: false };
    return await yauzl.fromRandomAccessReaderPromise(bytes, bytes.size, options);
  } catch (error) {
    if (isFileSystemError(error)) throw error;
    throw new ArchiveBroken(
      `the answer is not a whole zip archive (${await startKind(bytes)}): ${messageOf(error)}`,
    );
  }
}

async function locate(zip: ZipFile, entry: Entry): Promise<ZipMember> {
  const name = entry.fileNameRaw.toString('utf8');
  const quoted = quoteName(name);
  if (entry.isEncrypted()) throw new ArchiveBroken(`the member ${quoted} is encrypted`);
  if (entry.compressionMethod !== STORED && entry.compressionMethod !== DEFLATED) {
    throw new ArchiveBroken(
      `the member ${quoted} is packed by method ${entry.compressionMethod}; only stored and deflated members can be read`,
    );
  }
  if (entry.compressionMethod === STORED && entry.compressedSize !== entry.uncompressedSize) {
    throw new ArchiveBroken(
      `the member ${quoted} is stored, but has ${entry.compressedSize} bytes in the archive and ${entry.uncompressedSize} bytes unpacked`,
    );
  }
  return {
    name,
    dataStart: await findData(zip, entry, quoted),
    packedBytes: entry.compressedSize,
    bytes: entry.uncompressedSize,
    crc32: entry.crc32,
    stored: entry.compressionMethod === STORED,
  };
}

async function findData(zip: ZipFile, entry: Entry, quoted: string): Promise<number> {
  try {
    return (await zip.readLocalFileHeaderPromise(entry, { minimal: true })).fileDataStart;
  } catch (error) {
    if (isFileSystemError(error)) throw error;
    throw new ArchiveBroken(`the member ${quoted} is not where the directory says: ${messageOf(error)}`);
  }
}

/** A small file whose members share bytes could claim to hold petabytes. */
function refuseOverlaps(members: readonly ZipMember[]): void {
  const byPlace = members.toSorted((a, b) => a.dataStart - b.dataStart);
  let end = 0;
  for (const member of byPlace) {
    if (member.dataStart < end) {
      throw new ArchiveBroken(`the member ${quoteName(member.name)} overlaps another member`);
    }
    end = member.dataStart + member.packedBytes;
  }
}

/** What the start of a file looks like. It is not quoted: an error page may repeat the request with its credentials. */
async function startKind(bytes: ZipBytes): Promise<string> {
  const start = await bytes.text(0, 60);
  if (start.trim() === '') return 'empty';
  if (start.startsWith('PK')) return 'cut short';
  return kindOfStart(start) ?? 'something else';
}
