import { createHash } from 'node:crypto';
import type { Checksums } from '../core/checksum.ts';
import type { Bucket } from './bucket.ts';
import { ChecksumMismatch, CommitContended } from './errors.ts';
import { readObject, storedChecksum } from './read-object.ts';

/**
 * Compares an object that was just stored with the bytes that were sent, unless the storage has done so. `answered`
 * is the CRC-64/NVME of the whole object that the storage computed, if its answer had one. If the storage gives no
 * checksum, or does not check checksums, the object is read back.
 * @throws ChecksumMismatch; CommitContended when the object is already gone; the typed errors of storage-errors.ts
 */
export async function checkStored(
  bucket: Bucket,
  key: string,
  sent: Checksums,
  answered: string | undefined,
): Promise<void> {
  if (bucket.features.checksumsChecked) {
    if (answered === sent.crc64nvme) return;
    const kept = (await storedChecksum(bucket, key)) ?? null;
    if (kept === sent.crc64nvme) return;
    if (kept !== null) throw otherBytes(key);
  }
  const sha256 = await sha256Of(bucket, key);
  if (sha256 === undefined)
    throw new CommitContended(`${key} is gone: another attempt landed its hour first`);
  if (sha256 !== sent.sha256) throw otherBytes(key);
}

/** The SHA-256 of an object, in hex; undefined when there is no object. */
async function sha256Of(bucket: Bucket, key: string): Promise<string | undefined> {
  const sha256 = createHash('sha256');
  const isThere = await readObject(bucket, key, async (chunk) => void sha256.update(chunk));
  return isThere ? sha256.digest('hex') : undefined;
}

function otherBytes(key: string): ChecksumMismatch {
  return new ChecksumMismatch(`the storage holds other bytes than were sent: ${key}`);
}
