import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Bucket } from '../../bronze/bucket.ts';
import { temporaryFolder } from './archives.ts';
import { parquetRows } from './parquet-rows.ts';
import { plainGunzip, plainUnzip } from './plain-zip.ts';
import { readObject } from './s3.ts';

/**
 * Every object below a prefix: its key, and in Latin-1 what it holds when zip, gzip, Parquet and the base64 of rejected
 * lines are unpacked. Call it in a test.
 */
export async function unpackedObjects(bucket: Bucket, prefix: string): Promise<Map<string, string>> {
  const unpacked = new Map<string, string>();
  const folder = await temporaryFolder();
  for (const { key } of await bucket.list(prefix)) {
    const bytes = Buffer.from(await readObject(bucket, key));
    unpacked.set(key, (await unpack(key, bytes, join(folder, String(unpacked.size)))).toString('latin1'));
  }
  return unpacked;
}

async function unpack(key: string, bytes: Buffer, path: string): Promise<Buffer> {
  if (key.endsWith('.zip'))
    return Buffer.concat(plainUnzip(bytes).map((member) => plainGunzip(member.bytes)));
  if (key.endsWith('.parquet')) {
    await writeFile(path, bytes);
    const texts = (await parquetRows([path])).flatMap((row) => Object.values(row).map(String));
    return Buffer.from(texts.join('\n'));
  }
  if (!key.endsWith('.gz')) return bytes;
  const lines = plainGunzip(bytes);
  return key.includes('/rejected/') ? Buffer.concat([lines, ...keptLines(lines)]) : lines;
}

function keptLines(records: Buffer): Buffer[] {
  return [...records.toString('latin1').matchAll(/"base64":"([^"]*)"/g)].map(([, text = '']) =>
    Buffer.from(text, 'base64'),
  );
}
