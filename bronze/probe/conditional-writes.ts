import type { Bucket } from '../bucket.ts';
import { found, type FeatureName, type FoundFeature } from './feature-table.ts';
import { refused, repeated, type ProbeSite } from './site.ts';

/**
 * Many races, since stores that check first and write later fail only by chance: in the best of them, one race in
 * seven has two winners.
 */
const RACES = 24;
/** Two, since SeaweedFS makes the second loser of a race wait for a second. */
const RIVALS = 2;

/**
 * Runs races of conditional PUTs, of which exactly one must win, and sends PUTs whose condition is not met, of which
 * none may win.
 */
export async function probeConditionalWrites({ bucket, folder }: ProbeSite): Promise<FoundFeature[]> {
  const keys = Array.from({ length: RACES }, (_, race) => `${folder}conditional/${race}`);
  const first = await probeCondition(
    bucket,
    'If-None-Match',
    keys.map((key) => ({ key, etag: undefined })),
  );
  if (!first.present) return [first, found('If-Match', 'not tried, as If-None-Match failed')];
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

/** A key and its ETag; undefined when there is no object yet. */
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
    const doubleWins = winners.filter((won) => won > 1).length;
    if (doubleWins > 0) return found(name, `in ${doubleWins} of ${races.length} races both PUTs were stored`);
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

/** Runs one race. @throws BucketUnavailable when no PUT won and an answer was lost */
async function countWinners(bucket: Bucket, { key, etag }: Place, texts: readonly string[]): Promise<number> {
  const puts = await Promise.all(texts.map(async (text) => bucket.putJsonIf(key, text, etag)));
  const won = puts.filter(({ kind }) => kind === 'stored').length;
  if (won > 0) return won;
  // The answer to the winner may be lost: then the SDK sends its PUT again, and the store refuses it.
  const now = await bucket.getText(key);
  if (now !== undefined && texts.includes(now.text)) return 1;
  const open = puts.find((put) => put.kind === 'unknown');
  if (open !== undefined) throw open.error;
  return 0;
}

/** @throws BucketUnavailable when the outcome is unknown */
async function isStored(bucket: Bucket, { key, etag }: Place, text: string): Promise<boolean> {
  const put = await bucket.putJsonIf(key, text, etag);
  if (put.kind === 'unknown') throw put.error;
  return put.kind === 'stored';
}
