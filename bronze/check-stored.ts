import { createHash } from 'node:crypto';
import type { Checksums } from '../core/checksum.ts';
import type { Bucket } from './bucket.ts';
import { ChecksumMismatch } from './errors.ts';
import { readObject, storedChecksum } from './read-object.ts';

/**
 * Compares an object that was just stored with what was sent, where the storage has not done so itself. `answered` is
 * the CRC-64/NVME of the whole object that it has computed, if it told one. No checksum is not a wrong one: where none
 * is to be had, or the store checks none, the object is read back.
 * @throws ChecksumMismatch, the typed errors of storage-errors.ts
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
  if ((await sha256Of(bucket, key)) !== sent.sha256) throw otherBytes(key);
}

async function sha256Of(bucket: Bucket, key: string): Promise<string> {
  const sha256 = createHash('sha256');
  await readObject(bucket, key, async (chunk) => void sha256.update(chunk));
  return sha256.digest('hex');
}

function otherBytes(key: string): ChecksumMismatch {
  return new ChecksumMismatch(`the storage has other bytes than were sent: ${key}`);
}
