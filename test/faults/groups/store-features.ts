import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pMap } from '../../../core/p-map.ts';
import { hourCount, parseInterval } from '../../../core/interval.ts';
import { makeDrafts, problemsOf, type DayDrafts } from '../../bronze/probe/land-day.ts';
import {
  optionalFeatures,
  requiredFeatures,
  subsetsOf,
  type StoreFeature,
} from '../../support/fake-store/missing-features.ts';
import { randomFor, type FaultGroup, type FaultSuite } from '../fault-group.ts';
import type { FaultRow } from '../fault-table.ts';

/** Several at once, because attempts pause between their tries. */
const STORES_AT_ONCE = 4;

const day = parseInterval({ start: '2026-01-01T00', end: '2026-01-01T23' });
const hour = parseInterval({ start: '2026-01-01T00', end: '2026-01-01T00' });

/**
 * Every combination of missing features: a store without a required feature is refused by name; on any other, a day lands
 * with attempts that overlap. A row for each number of missing features.
 */
const storeFeatures: FaultGroup = async function* (suite) {
  const folder = join(suite.folder, 'store features');
  await mkdir(folder);
  const drafts = await makeDrafts(folder);
  const lacking = subsetsOf(requiredFeatures).slice(1);
  const refused = lacking.flatMap((lacks) => [lacks, [...lacks, ...optionalFeatures]]);
  yield rowOf(suite, `a store that must be refused, ${refused.length} kinds`, refused, drafts);
  const most = suite.quick ? 1 : optionalFeatures.length;
  for (let size = 0; size <= most; size += 1) {
    const subsets = subsetsOf(optionalFeatures).filter(({ length }) => length === size);
    yield rowOf(suite, `a store that lacks ${size} of ${optionalFeatures.length} features`, subsets, drafts);
  }
};

export default storeFeatures;

async function rowOf(
  suite: FaultSuite,
  fault: string,
  subsets: readonly StoreFeature[][],
  drafts: DayDrafts,
): Promise<FaultRow> {
  const interval = suite.quick ? hour : day;
  const problems: string[] = [];
  await pMap(
    subsets,
    async (lacks) => {
      const random = randomFor(suite, lacks.join(' '));
      for (const problem of await problemsOf(lacks, interval, drafts, random))
        problems.push(`without ${lacks.join(', ')}: ${problem}`);
    },
    { concurrency: STORES_AT_ONCE },
  );
  const landed = subsets.filter(
    (lacks) => !lacks.some((lack) => (requiredFeatures as readonly StoreFeature[]).includes(lack)),
  );
  const hours = landed.length * hourCount(interval);
  const audit = { hours, events: hours, lost: problems.length, duplicated: 0, manifests: hours, leftOver: 0 };
  const [problem] = problems;
  return { fault, injected: subsets.length, ...audit, ...(problem !== undefined && { problem }) };
}
