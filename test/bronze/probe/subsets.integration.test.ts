import { expect, it } from 'vitest';
import { parseInterval } from '../../../core/interval.ts';
import { Random } from '../../../local/sample-api/random.ts';
import {
  optionalFeatures,
  requiredFeatures,
  subsetsOf,
  type StoreFeature,
} from '../../support/fake-store/missing-features.ts';
import { temporaryFolder } from '../../support/s3.ts';
import { makeDrafts, problemsOf } from './land-day.ts';

const folder = await temporaryFolder();
const hour = parseInterval({ start: '2026-01-01T00', end: '2026-01-01T00' });
const drafts = await makeDrafts(folder);

// The fault suite tries all subsets, each with a day. Here each feature is missing alone, and all of them together.
function someOf(lacks: readonly StoreFeature[]): StoreFeature[][] {
  return subsetsOf(lacks).filter(({ length }) => length <= 1 || length === lacks.length);
}

it('a store that lacks a required feature is refused by its name, whatever else it lacks', async () => {
  for (const lacking of someOf(requiredFeatures).slice(1)) {
    for (const more of [[], optionalFeatures]) {
      const lacks = [...lacking, ...more];
      const problems = await problemsOf(lacks, hour, drafts, new Random(1));
      expect({ lacks, problems }).toEqual({ lacks, problems: [] });
    }
  }
});

it('on any other store hours land whole, though attempts overlap, and verify finds nothing', async () => {
  for (const [seed, lacks] of someOf(optionalFeatures).entries()) {
    const answers = seed % 4 === 0 ? drafts : { ...drafts, newerInParts: drafts.newer };
    const problems = await problemsOf(lacks, hour, answers, new Random(seed));
    expect({ lacks, problems }).toEqual({ lacks, problems: [] });
  }
});
