import type { Bucket } from '../bucket.ts';
import { found, type FeatureName, type FoundFeature } from './feature-table.ts';
import { refused, repeated, type ProbeSite } from './site.ts';

/** Stores that look first and write then are caught by chance: one race in seven has two winners, in the best of them. */
const RACES = 24;
/** SeaweedFS makes the second loser of a race wait for a second. */
const RIVALS = 2;

/** Races of conditional PUTs, and PUTs whose condition is not met: one of each may win, and none of the others. */
export async function probeConditionalWrites({ bucket, folder }: ProbeSite): Promise<FoundFeature[]> {
  const keys = Array.from({ length: RACES }, (_, race) => `${folder}conditional/${race}`);
  const first = await probeCondition(
    bucket,
    'If-None-Match',
    keys.map((key) => ({ key, etag: undefined })),
  );
  if (!first.present) return [first, found('If-Match', 'not tried, as the first condition failed')];
  const stored = await Promise.all(keys.map(async (key) => bucket.getText(key)));
  const made = stored.flatMap((object, race) =>
    object === undefined ? [] : [{ key: keys[race] ?? '', etag: object.etag }],
  );
  const unseen = RACES - made.length;
  return [
    first,
    unseen > 0
      ? found('If-Match', `${unseen} of ${RACES} objects were not there after their PUT`)
      : await probeCondition(bucket, 'If-Match', made),
  ];
}

/** A key, and the ETag that it has; undefined where there is no object yet. */
interface Place {
  readonly key: string;
  readonly etag: string | undefined;
}

async function probeCondition(
  bucket: Bucket,
  name: FeatureName & `If-${string}`,
  races: readonly Place[],
): Promise<FoundFeature> {
  const texts = Array.from({ length: RIVALS }, (_, rival) => JSON.stringify({ [name]: rival }));
  try {
    const winners = await Promise.all(
      races.map(async (place) => repeated(async () => countWinners(bucket, place, texts))),
    );
    const drawn = winners.filter((won) => won > 1).length;
    if (drawn > 0) return found(name, `in ${drawn} of ${races.length} races of two PUTs both were stored`);
    if (winners.includes(0)) return found(name, 'a PUT whose condition was met was refused');
    const [race = { key: '', etag: undefined }] = races;
    const late = [race, ...(race.etag === undefined ? [] : [{ ...race, key: `${race.key}-absent` }])];
    for (const place of late)
      if (await repeated(async () => isStored(bucket, place, JSON.stringify({ [name]: 'too late' }))))
        return found(name, 'a PUT whose condition was not met was stored');
    return found(name);
  } catch (error) {
    return refused(name, error);
  }
}

/** Holds one race. @throws BucketUnavailable when nobody won, and nobody can tell why */
async function countWinners(bucket: Bucket, { key, etag }: Place, texts: readonly string[]): Promise<number> {
  const puts = await Promise.all(texts.map(async (text) => bucket.putJsonIf(key, text, etag)));
  const won = puts.filter(({ kind }) => kind === 'stored').length;
  if (won > 0) return won;
  // The answer to the winner may have been lost: the SDK sends it once more, and that is refused.
  const now = await bucket.getText(key);
  if (now !== undefined && texts.includes(now.text)) return 1;
  const open = puts.find((put) => put.kind === 'unknown');
  if (open !== undefined) throw open.error;
  return 0;
}

/** @throws BucketUnavailable when nobody can tell */
async function isStored(bucket: Bucket, { key, etag }: Place, text: string): Promise<boolean> {
  const put = await bucket.putJsonIf(key, text, etag);
  if (put.kind === 'unknown') throw put.error;
  return put.kind === 'stored';
}
