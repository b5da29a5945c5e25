import { HeadObjectCommand } from '@aws-sdk/client-s3';
import type { Bucket, ConditionalPut } from '../bucket.ts';
import { typedStorageError } from '../storage-errors.ts';
import { found, type FeatureName, type FoundFeature } from './feature-table.ts';
import { refused, type ProbeSite } from './site.ts';

const RIVALS = 4;

/** Races of conditional PUTs, and PUTs whose condition is not met: one may win, and none of the others. */
export async function probeConditionalWrites({ bucket, folder }: ProbeSite): Promise<FoundFeature[]> {
  const key = `${folder}conditional`;
  const first = await probeCondition(bucket, key, 'If-None-Match', undefined);
  if (!first.present) return [first, found('If-Match', 'not tried, as the first condition failed')];
  const stored = await bucket.getText(key);
  if (stored === undefined) return [first, found('read after write', 'a GET after the PUT found nothing')];
  const second = await probeCondition(bucket, key, 'If-Match', stored.etag);
  const after = await bucket.getText(key);
  const isStale = second.present && after?.text === stored.text;
  return [
    first,
    second,
    found('read after write', isStale && 'a GET after the PUT gave what was there before'),
    found('strong ETags', !(await hasStrongEtag(bucket, key)) && 'they are weak'),
  ];
}

async function probeCondition(
  bucket: Bucket,
  key: string,
  name: FeatureName & `If-${string}`,
  etag: string | undefined,
): Promise<FoundFeature> {
  const put = (text: string): Promise<ConditionalPut> =>
    bucket.putJsonIf(key, JSON.stringify({ [name]: text }), etag);
  try {
    const rivals = await Promise.all(
      Array.from({ length: RIVALS }, async (_, rival) => put(`rival ${rival}`)),
    );
    const winners = rivals.filter(({ kind }) => kind === 'stored').length;
    if (winners > 1) return found(name, `${winners} of ${RIVALS} PUTs at once were stored`);
    const [lost] = rivals.flatMap((rival) => (rival.kind === 'stored' ? [] : [rival]));
    if (winners === 0 && lost?.kind === 'unknown') throw lost.error;
    if (winners === 0) return found(name, 'a PUT whose condition was met was refused');
    const late = await put('too late');
    return found(name, late.kind === 'stored' && 'a PUT whose condition was not met was stored');
  } catch (error) {
    return refused(name, error);
  }
}

async function hasStrongEtag(bucket: Bucket, key: string): Promise<boolean> {
  try {
    const head = new HeadObjectCommand({ Bucket: bucket.name, Key: key });
    return !(await bucket.client.send(head, bucket.options)).ETag?.startsWith('W/');
  } catch (error) {
    throw typedStorageError(error, bucket.name, `look at ${key}`);
  }
}
