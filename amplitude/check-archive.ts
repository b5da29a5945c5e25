import { crc32 } from 'node:zlib';
import { messageOf } from '../core/errors.ts';
import { isFileSystemError } from '../core/file-errors.ts';
import { ArchiveBroken } from './errors.ts';
import { readMember, readZipMembers, type ZipMember } from './export-zip.ts';
import { archiveLimits, type ArchiveLimits } from './limits.ts';
import { quoteName } from './quote-member-name.ts';

/**
 * Reads every member of a downloaded archive once and compares its size and CRC-32 with the directory, since the zip
 * library does not. Returns the number of members.
 * @throws ArchiveBroken, ArchiveLimitsExceeded; the file system's own error; the signal's reason
 */
export async function checkArchive(
  path: string,
  signal: AbortSignal,
  limits: ArchiveLimits = archiveLimits,
): Promise<number> {
  const members = await readZipMembers(path, limits);
  for (const member of members) {
    await checkMember(path, member, signal);
  }
  return members.length;
}

async function checkMember(path: string, member: ZipMember, signal: AbortSignal): Promise<void> {
  const name = quoteName(member.name);
  let bytes = 0;
  let crc = 0;
  try {
    for await (const chunk of readMember(path, member)) {
      signal.throwIfAborted();
      bytes += chunk.length;
      crc = crc32(chunk, crc);
      if (bytes > member.bytes) break;
    }
  } catch (error) {
    signal.throwIfAborted();
    if (isFileSystemError(error)) throw error;
    throw new ArchiveBroken(`the member ${name} cannot be unpacked: ${messageOf(error)}`);
  }
  if (bytes !== member.bytes) {
    throw new ArchiveBroken(
      `the member ${name} has ${bytes} bytes or more, but its directory entry says ${member.bytes}`,
    );
  }
  if (crc !== member.crc32) {
    throw new ArchiveBroken(`the member ${name} does not match its CRC-32; bytes were damaged on the way`);
  }
}
