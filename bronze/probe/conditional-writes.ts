import type { Bucket } from '../bucket.ts';
import { found, type FeatureName, type FoundFeature } from './feature-table.ts';
import { refused, type ProbeSite } from './site.ts';

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

async function probeCondition(
  bucket: Bucket,
  name: FeatureName & `If-${string}`,
  races: readonly { readonly key: string; readonly etag: string | undefined }[],
): Promise<FoundFeature> {
  const texts = Array.from({ length: RIVALS }, (_, rival) => JSON.stringify({ [name]: rival }));
  try {
    const winners = await Promise.all(
      races.map(async ({ key, etag }) => {
        const puts = await Promise.all(texts.map(async (text) => bucket.putJsonIf(key, text, etag)));
        const open = puts.find((put) => put.kind === 'unknown');
        const won = puts.filter(({ kind }) => kind === 'stored').length;
        if (won === 0 && open !== undefined) throw open.error;
        return won;
      }),
    );
    const drawn = winners.filter((won) => won > 1).length;
    if (drawn > 0) return found(name, `in ${drawn} of ${races.length} races of two PUTs both were stored`);
    if (winners.includes(0)) return found(name, 'a PUT whose condition was met was refused');
    const [race = { key: '', etag: undefined }] = races;
    const late = [{ ...race }, ...(race.etag === undefined ? [] : [{ ...race, key: `${race.key}-absent` }])];
    for (const { key, etag } of late) {
      const put = await bucket.putJsonIf(key, JSON.stringify({ [name]: 'too late' }), etag);
      if (put.kind === 'stored') return found(name, 'a PUT whose condition was not met was stored');
    }
    return found(name);
  } catch (error) {
    return refused(name, error);
  }
}
