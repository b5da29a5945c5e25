import { createHash } from 'node:crypto';
import type { Checksums } from '../core/checksum.ts';
import type { Bucket } from './bucket.ts';
import { ChecksumMismatch, CommitContended } from './errors.ts';
import { readObject, storedChecksum } from './read-object.ts';

/**
 * Compares an object that was just stored with what was sent, where the storage has not done so itself. `answered` is
 * the CRC-64/NVME of the whole object that it has computed, if it told one. No checksum is not a wrong one: where none
 * is to be had, or the store checks none, the object is read back.
 * @throws ChecksumMismatch; CommitContended when it has gone already; the typed errors of storage-errors.ts
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
    throw new CommitContended(`${key} has gone: another attempt on its hour has won meanwhile`);
  if (sha256 !== sent.sha256) throw otherBytes(key);
}

/** Undefined when there is no object. */
async function sha256Of(bucket: Bucket, key: string): Promise<string | undefined> {
  const sha256 = createHash('sha256');
  const isThere = await readObject(bucket, key, async (chunk) => void sha256.update(chunk));
  return isThere ? sha256.digest('hex') : undefined;
}

function otherBytes(key: string): ChecksumMismatch {
  return new ChecksumMismatch(`the storage has other bytes than were sent: ${key}`);
}
