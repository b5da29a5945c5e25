import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checksumFile } from '../core/checksum.ts';
import { typedFileError } from '../core/file-errors.ts';
import type { Bucket } from './bucket.ts';
import { ChecksumMismatch } from './errors.ts';
import type { Output } from './manifest.ts';
import { putObject } from './put-object.ts';
import { readObject } from './read-object.ts';

/**
 * Stores an object's own bytes under its key once more, with their checksum, by way of a temporary file: a copied
 * bucket may have lost the checksums and nothing else. Gives false, and changes nothing, when the bytes are not those
 * that landed. @throws DiskFull, the typed errors of storage-errors.ts
 */
export async function restoreChecksum(bucket: Bucket, output: Output): Promise<boolean> {
  const folder = await mkdtemp(join(tmpdir(), 'amplitude-export-object-'));
  try {
    const file = join(folder, 'object');
    if (!(await saveObject(bucket, output.key, file))) return false;
    const checksums = await checksumFile(file);
    if (checksums.sha256 !== output.sha256) return false;
    await putObject(bucket, output.key, { file, start: 0, ...checksums });
    return true;
  } catch (error) {
    if (error instanceof ChecksumMismatch) return false;
    throw typedFileError(error, folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function saveObject(bucket: Bucket, key: string, file: string): Promise<boolean> {
  const handle = await open(file, 'w');
  try {
    return await readObject(bucket, key, async (chunk) => handle.appendFile(chunk));
  } finally {
    await handle.close();
  }
}
