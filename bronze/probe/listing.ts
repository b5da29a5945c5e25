import { ListObjectsV2Command, type ListObjectsV2CommandInput } from '@aws-sdk/client-s3';
import type { Bucket } from '../bucket.ts';
import { typedStorageError } from '../storage-errors.ts';
import { found, type FoundFeature } from './feature-table.ts';
import type { ProbeSite } from './site.ts';

const NAMES = ['a', 'b', 'c', 'd', 'e', 'f'];
const NAMES_PER_PAGE = 4;

/** Lists objects that were just stored: are all of them there, in key order, page after page? */
export async function probeListing({ bucket, folder }: ProbeSite): Promise<FoundFeature[]> {
  const keys = NAMES.map((name) => `${folder}list/${name}`);
  await Promise.all(keys.map(async (key) => bucket.putText(key, 'x', 'text/plain')));
  const first = await page(bucket, { Prefix: `${folder}list/`, MaxKeys: NAMES_PER_PAGE });
  const next = first.IsTruncated ? first.NextContinuationToken : undefined;
  const second =
    next === undefined
      ? []
      : (await page(bucket, { Prefix: `${folder}list/`, ContinuationToken: next })).keys;
  const listed = [...first.keys, ...second];
  const endsEarly = first.IsTruncated === true && next === undefined;
  const absent = keys.filter((key) => !listed.includes(key)).length;
  const isSorted = listed.join(' ') === listed.toSorted().join(' ');
  const [after = '', ...later] = keys.slice(NAMES_PER_PAGE - 1);
  const rest = await page(bucket, { Prefix: `${folder}list/`, StartAfter: after });
  return [
    found('list pages', endsEarly && 'a page says that more keys follow, but has no token for them'),
    found(
      'list after write',
      !endsEarly && absent > 0 && `${absent} of ${keys.length} objects are not listed`,
    ),
    found('list order', !isSorted && 'keys are listed in another order'),
    found(
      'start-after',
      rest.keys.toSorted().join(' ') !== later.join(' ') && 'a listing begins at another key',
    ),
  ];
}

async function page(bucket: Bucket, options: Omit<ListObjectsV2CommandInput, 'Bucket'>) {
  try {
    const answer = await bucket.send(new ListObjectsV2Command({ Bucket: bucket.name, ...options }));
    const keys = (answer.Contents ?? []).flatMap(({ Key }) => Key ?? []);
    const { IsTruncated, NextContinuationToken } = answer;
    return { keys, IsTruncated, NextContinuationToken };
  } catch (error) {
    throw typedStorageError(error, bucket.name, `list ${options.Prefix}`);
  }
}
