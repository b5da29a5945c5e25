import { createReadStream } from 'node:fs';
import { S3Client } from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { archiveLimits } from '../../amplitude/limits.ts';
import { readZipMembers } from '../../amplitude/export-zip.ts';
import { measured } from './measured.ts';

// Uploads what lands for an hour, the archive and each of its members, by the SDK alone: no checksum of the whole, no
// second look. Endpoint, region and keys come from the environment. `node upload.js ARCHIVE BUCKET`
const [archive = '', bucket = ''] = process.argv.slice(2);
await measured(async () => {
  const client = new S3Client({ forcePathStyle: true });
  const put = async (key: string, range: { start?: number; end?: number }): Promise<void> => {
    const body = createReadStream(archive, { ...range, highWaterMark: 256 * 1024 });
    await new Upload({ client, params: { Bucket: bucket, Key: `floor/${key}`, Body: body } }).done();
  };
  await put('hour.zip', {});
  const members = await readZipMembers(archive, archiveLimits);
  for (const [index, { dataStart, bytes }] of members.entries()) {
    await put(`${index}.json.gz`, { start: dataStart, end: dataStart + bytes - 1 });
  }
  client.destroy();
  return 0;
});
