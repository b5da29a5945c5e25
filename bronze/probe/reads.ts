import { HeadObjectCommand } from '@aws-sdk/client-s3';
import type { Bucket } from '../bucket.ts';
import { typedStorageError } from '../storage-errors.ts';
import { found, type FoundFeature } from './feature-table.ts';
import { repeated, type ProbeSite } from './site.ts';

/** Reads an object directly after it was stored, and directly after it was replaced. */
export async function probeReads({ bucket, folder }: ProbeSite): Promise<FoundFeature[]> {
  const key = `${folder}read`;
  for (const text of ['one', 'two']) {
    await repeated(async () => bucket.putText(key, text, 'text/plain'));
    const stored = await bucket.getText(key);
    if (stored?.text !== text)
      return [
        found(
          'read after write',
          `a GET after the PUT returned ${stored === undefined ? 'nothing' : 'the text before it'}`,
        ),
      ];
  }
  return [
    found('read after write'),
    found('strong ETags', !(await hasStrongEtag(bucket, key)) && 'they are weak'),
  ];
}

async function hasStrongEtag(bucket: Bucket, key: string): Promise<boolean> {
  try {
    const head = new HeadObjectCommand({ Bucket: bucket.name, Key: key });
    return !(await bucket.send(head)).ETag?.startsWith('W/');
  } catch (error) {
    throw typedStorageError(error, bucket.name, `look at ${key}`);
  }
}
