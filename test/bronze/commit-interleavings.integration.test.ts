import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { commitHour } from '../../bronze/commit-hour.ts';
import { manifestKey, objectKey, type Format } from '../../bronze/keys.ts';
import { parseManifest, type Manifest } from '../../bronze/manifest.ts';
import { removeOrphans } from '../../bronze/remove-orphans.ts';
import { draftOf, makeBucket, temporaryFolder, TestHour, WINDOW, type Landing } from '../support/s3.ts';
import { explore, onEachBucket, runAlone, type End, type Exploration, type Race } from './explorer.ts';
import { RestorableBucket, PREFIX, type Image } from './restorable-bucket.ts';
import type { Attempt } from './paused-attempt.ts';

// Attempt ids that depend on the schedule only, and a clock that stands still, make every run repeatable to the byte.
vi.mock(import('../../bronze/keys.ts'), async (original) => {
  const { nextAttemptId } = await import('./attempt-ids.ts');
  return { ...(await original()), newAttemptId: nextAttemptId };
});

/** Schedules that run at the same time, each in a bucket of its own. */
const CONCURRENCY = 8;
const MANIFEST = manifestKey(PREFIX, WINDOW);

const folder = await temporaryFolder();
const buckets: RestorableBucket[] = [];
const reports: string[] = [];

beforeAll(async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  // Attempts need not wait before they try again: here the schedule decides which goes first.
  vi.spyOn(Math, 'random').mockReturnValue(0);
  buckets.push(...(await Promise.all(Array.from({ length: CONCURRENCY }, () => RestorableBucket.open()))));
});

afterAll(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  console.log(reports.join('\n'));
});

/** What an attempt lists without being told to, when OUTPUTS does not have parquet. */
const WITHOUT_PARQUET: readonly Format[] = ['raw', 'events', 'rejected'];

const X = { lines: 'x', at: 1 };
const OLDER = { lines: 'older', at: 1 };
const NEWER = { lines: 'newer', at: 2 };

describe.each<{ before: Landing[]; a: Landing; b: Landing; title: string; ends: string[] }>([
  { title: 'the first to land an hour, with the same lines', before: [], a: X, b: X, ends: ['x'] },
  {
    title: 'the first to land an hour, one with newer data than the other',
    before: [],
    a: OLDER,
    b: NEWER,
    ends: ['newer'],
  },
  {
    title: 'on an hour that has other lines, one with newer data than the other',
    before: [{ lines: 'oldest', at: 0 }],
    a: OLDER,
    b: NEWER,
    ends: ['newer'],
  },
  {
    title: 'on an hour that has other lines, both with the same',
    before: [{ lines: 'oldest', at: 0 }],
    a: X,
    b: X,
    ends: ['x'],
  },
  {
    title: 'on an hour that has the lines of the older one',
    before: [{ lines: 'older', at: 0 }],
    a: OLDER,
    b: NEWER,
    ends: ['newer'],
  },
  {
    // An attempt that finds its own lines changes nothing, not even fetchedAt. So the manifest does not show that
    // they were fetched again after the lines of the other attempt.
    title: 'on an hour that has the lines of the newer one',
    before: [{ lines: 'newer', at: 0 }],
    a: OLDER,
    b: NEWER,
    ends: ['newer', 'older'],
  },
  {
    title: 'on an hour that has their lines, which both are to land with force',
    before: [{ lines: 'x', at: 0 }],
    a: { ...X, force: true },
    b: { ...X, force: true },
    ends: ['x'],
  },
  {
    title: 'on an hour that lacks an output, one with its lines and one with newer data',
    before: [{ lines: 'x', at: 1, formats: ['raw'] }],
    a: X,
    b: NEWER,
    ends: ['newer'],
  },
  {
    title: 'on an hour that lacks an output, both with its lines',
    before: [{ lines: 'x', at: 1, formats: ['raw'] }],
    a: X,
    b: X,
    ends: ['x'],
  },
  { title: 'on an hour that has their lines', before: [{ lines: 'x', at: 0 }], a: X, b: X, ends: ['x'] },
  {
    title: 'on an hour that has newer data',
    before: [{ lines: 'newest', at: 3 }],
    a: OLDER,
    b: NEWER,
    ends: ['newest'],
  },
])('two attempts, $title, in every order of their calls', ({ title, before, a, b, ends }) => {
  let found: Exploration;
  let base: Image;

  beforeAll(async () => {
    base = await landed(...before);
    found = await run(title, { image: base, attempts: { a: await landing(a), b: await landing(b) } });
  });

  it('end in one manifest, the objects it names, and nothing else', () => {
    expect(firstComplaint(found.ends, ({ problems }) => problems)).toBeUndefined();
  });

  it('leave the newest data', () => {
    const linesLeft = new Set(found.ends.map(({ image }) => manifestIn(image)?.digest));
    expect(linesLeft).toEqual(new Set(ends));
  });

  it('report their true outcomes', () => {
    const minutes = new Map([
      ['a', a.at],
      ['b', b.at],
    ]);
    expect(firstComplaint(found.ends, (end) => lies(end, minutes, manifestIn(base)))).toBeUndefined();
  });

  it('never let the manifest name an object that is not there', () => {
    expect(found.images.flatMap(missingObjects)).toEqual([]);
  });

  it('leave, when both are killed at any moment, a state that the next attempt corrects', async () => {
    const again = await landing(b);
    const killed = found.images.map((image) => ({ image }));
    const healed = await onEachBucket(buckets, killed, (bucket, { image }) =>
      runAlone(bucket, image, 'c', again),
    );
    expect(firstComplaint(healed, ({ problems }) => problems)).toBeUndefined();
  });

  it('leave, when both are killed after there is a manifest, only orphans and superseded objects to remove', async () => {
    const killed = found.images.filter((image) => image.has(MANIFEST)).map((image) => ({ image }));
    const healed = await onEachBucket(buckets, killed, (bucket, { image }) =>
      runAlone(bucket, image, 'c', removingOrphans),
    );
    expect(firstComplaint(healed, ({ problems }) => problems)).toBeUndefined();
  });
});

it('relies on a storage that gives equal texts equal ETags', async () => {
  const bucket = await makeBucket();
  const etags = await Promise.all(
    ['one', 'two'].map(async (key) => {
      await bucket.putText(key, 'equal', 'application/json');
      return (await bucket.getText(key))?.etag;
    }),
  );
  expect(new Set(etags).size).toBe(1);
});

describe('an attempt that wants Parquet and one that does not, in every order of their calls,', () => {
  const wants = { ...X, formats: ['events', 'parquet'] } as const;
  const wantsNot = { ...X, formats: ['events'] } as const;

  it.each<{ title: string; before: Landing[]; a: Landing; b: Landing }>([
    { title: 'the first to land an hour', before: [], a: wants, b: wantsNot },
    { title: 'on an hour that has Parquet', before: [wants], a: wants, b: wantsNot },
    { title: 'on an hour that has none', before: [wantsNot], a: wants, b: wantsNot },
    {
      title: 'on an hour that has Parquet, the other with new lines',
      before: [wants],
      a: wants,
      b: { ...NEWER, formats: ['events'] },
    },
  ])('leave a clean hour: $title', async ({ title, before, a, b }) => {
    const attempts = { a: await landing(a), b: await landing(b, WITHOUT_PARQUET) };
    const { ends, images } = await run(`Parquet, ${title}`, { image: await landed(...before), attempts });
    expect(firstComplaint(ends, ({ problems }) => problems)).toBeUndefined();
    expect(images.flatMap(missingObjects)).toEqual([]);
  });
});

describe('an attempt and others, in every order of their calls,', () => {
  it('leave a clean hour also when calls made at the same moment are answered one by one', async () => {
    const attempts = { a: await landing(X), b: await landing(X) };
    const { ends, images } = await run('calls answered apart', { image: new Map(), attempts, apart: true });
    expect(firstComplaint(ends, ({ problems }) => problems)).toBeUndefined();
    expect(images.flatMap(missingObjects)).toEqual([]);
  });

  it.each<{
    title: string;
    before: Landing[];
    a: Landing | 'remove orphans';
    b: Landing | 'remove orphans';
  }>([
    { title: 'two that remove orphans', before: [OLDER], a: 'remove orphans', b: 'remove orphans' },
    {
      title: 'one that removes orphans and one that lands the hour',
      before: [OLDER],
      a: 'remove orphans',
      b: NEWER,
    },
    { title: 'one that finds its lines and one that lands others', before: [OLDER], a: OLDER, b: NEWER },
    { title: 'two that find their lines', before: [OLDER], a: OLDER, b: OLDER },
    { title: 'two that are the first to land the hour', before: [], a: OLDER, b: NEWER },
  ])('clear away what a killed attempt left behind: $title', async ({ title, before, a, b }) => {
    const image = withObjects(await landed(...before), 'raw', 'events');
    const attempts = { a: await attempt(a), b: await attempt(b) };
    const { ends, images } = await run(`after a kill, ${title}`, { image, attempts });
    expect(firstComplaint(ends, ({ problems }) => problems)).toBeUndefined();
    expect(images.flatMap(missingObjects)).toEqual([]);
  });

  it('restore an object that is gone from the bucket', async () => {
    const image = new Map([...(await landed(X))].filter(([key]) => !key.includes('/raw/')));
    const { ends } = await run('an object is missing', {
      image,
      attempts: { a: await landing(X), b: removingOrphans },
    });
    expect(firstComplaint(ends, ({ problems }) => problems)).toBeUndefined();
  });
});

describe.each([{ answer: 'stored' }, { answer: 'never stored' }, { answer: 'delivered late' }] as const)(
  'an attempt that gets no answer about its manifest, which is $answer,',
  ({ answer }) => {
    it.each<{ title: string; before: Landing[]; others: Record<string, Landing | 'remove orphans'> }>([
      { title: 'alone', before: [OLDER], others: {} },
      { title: 'alone, on an hour that had not landed', before: [], others: {} },
      { title: 'beside one that removes orphans', before: [OLDER], others: { b: 'remove orphans' } },
      { title: 'beside one that lands other lines', before: [], others: { b: { lines: 'other', at: 1 } } },
    ])('lands the hour all the same, and leaves it clean: $title', async ({ title, before, others }) => {
      const race = await lostAnswer(answer, NEWER, others, await landed(...before));
      const { ends, images } = await run(`manifest ${answer}, ${title}`, race);
      expect(firstComplaint(ends, ({ problems }) => problems)).toBeUndefined();
      expect(new Set(ends.map(({ image }) => manifestIn(image)?.digest))).toEqual(new Set(['newer']));
      expect(new Set(ends.map((end) => end.outcomes['a']))).toEqual(new Set(['landed']));
      expect(images.flatMap(missingObjects)).toEqual([]);
    });

    it.each<{ title: string; a: Landing | 'remove orphans'; others: Record<string, Landing> }>([
      { title: 'alone', a: 'remove orphans', others: {} },
      { title: 'alone, when it finds its lines', a: OLDER, others: {} },
      { title: 'beside one that lands other lines', a: 'remove orphans', others: { b: NEWER } },
      { title: 'beside one that finds its lines', a: 'remove orphans', others: { b: OLDER } },
    ])('leaves no orphan when that manifest raises the epoch: $title', async ({ title, a, others }) => {
      const image = withObjects(await landed(OLDER), 'raw', 'events');
      const race = await lostAnswer(answer, a, others, image);
      const { ends, images } = await run(`epoch ${answer}, ${title}`, race);
      expect(firstComplaint(ends, ({ problems }) => problems)).toBeUndefined();
      expect(images.flatMap(missingObjects)).toEqual([]);
    });
  },
);

/** Explores, and records the number of states. */
async function run(title: string, race: Race): Promise<Exploration> {
  const startedAt = performance.now();
  const found = await explore(race, buckets);
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  const { schedules, states, ends, images } = found;
  reports.push(
    `${title}: ${schedules} schedules, ${states} states, ${ends.length} ends, ${images.length} contents of the bucket, ${seconds} s`,
  );
  return found;
}

async function lostAnswer(
  answer: 'stored' | 'never stored' | 'delivered late',
  first: Landing | 'remove orphans',
  others: Readonly<Record<string, Landing | 'remove orphans'>>,
  image: Image,
): Promise<Race> {
  const attempts: Record<string, Attempt> = { a: await attempt(first) };
  for (const [name, other] of Object.entries(others)) attempts[name] = await attempt(other);
  return { image, attempts, lost: { by: 'a', answer } };
}

async function attempt(what: Landing | 'remove orphans'): Promise<Attempt> {
  return what === 'remove orphans' ? removingOrphans : landing(what);
}

/** An attempt to land an hour; `formats` are those whose folders it lists in any case. */
async function landing(what: Landing, formats?: readonly Format[]): Promise<Attempt> {
  const draft = await draftOf(folder, what);
  return async (bucket, observe) =>
    (await commitHour(new TestHour(bucket, PREFIX, observe, formats).store, draft)).outcome;
}

const removingOrphans: Attempt = async (bucket, observe) => {
  await removeOrphans(new TestHour(bucket, PREFIX, observe).store);
  return 'removed orphans';
};

/** The content of the bucket after these attempts, one after another. */
async function landed(...landings: Landing[]): Promise<Image> {
  let image: Image = new Map();
  for (const [index, what] of landings.entries()) {
    const attempt = await landing(what);
    const [end] = await onEachBucket(buckets.slice(0, 1), [{ image }], (bucket, found) =>
      runAlone(bucket, found.image, String(index), attempt),
    );
    image = end?.image ?? image;
  }
  return image;
}

/** The same bucket, with orphans. */
function withObjects(image: Image, ...formats: Format[]): Image {
  const orphans = formats.map((format) => {
    const key = objectKey(PREFIX, WINDOW, { format, index: 0 }, 'f00000000001');
    return [key, 'left behind'] as const;
  });
  return new Map([...image, ...orphans]);
}

function manifestIn(image: Image): Manifest | undefined {
  const text = image.get(MANIFEST);
  return text === undefined ? undefined : parseManifest(text, MANIFEST);
}

/** The objects that the manifest names, but that are missing from the bucket or have another size there. */
function missingObjects(image: Image): string[] {
  const outputs = manifestIn(image)?.outputs ?? [];
  return outputs
    .filter(({ key, bytes }) => Buffer.byteLength(image.get(key) ?? '') !== bytes)
    .map(({ key }) => key);
}

/** The differences between the reported outcomes of attempts and the last manifest. */
function lies(end: End, minutes: ReadonlyMap<string, number>, before: Manifest | undefined): string[] {
  const manifest = manifestIn(end.image);
  if (manifest === undefined) return ['there is no manifest'];
  const minute = new Date(manifest.source.fetchedAt).getUTCMinutes();
  const said = [...minutes].map(([name, at]) => ({ name, at, outcome: end.outcomes[name] ?? '' }));
  const landings = said.filter(({ outcome }) => outcome === 'landed').length;
  const revision = (before?.revision ?? 0) + landings;
  return [
    ...said
      .filter(({ outcome }) => !['landed', 'unchanged', 'outdated'].includes(outcome))
      .map(({ name, outcome }) => `${name} came to "${outcome}"`),
    ...said
      .filter(({ outcome, at }) => outcome === 'landed' && minute < at)
      .map(({ name }) => `${name} landed and was replaced by older data`),
    ...said
      .filter(({ outcome, at }) => outcome === 'outdated' && minute <= at)
      .map(({ name }) => `${name} gave way to data that is no newer`),
    ...(manifest.revision === revision ? [] : [`the revision is ${manifest.revision} and not ${revision}`]),
  ];
}

/** The first schedule that ended badly, and how; undefined when none did. */
function firstComplaint(
  ends: readonly End[],
  complaints: (end: End) => readonly string[],
): string | undefined {
  for (const end of ends) {
    const found = complaints(end);
    if (found.length > 0) return [...found, 'after', ...end.schedule].join('\n');
  }
  return undefined;
}
