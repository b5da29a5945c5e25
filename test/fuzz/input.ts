import { gzipSync } from 'node:zlib';
import { hashText, Random } from '../../local/sample-api/random.ts';
import { corpusCases } from '../corpus/cases.ts';
import { expectationOf } from '../corpus/expectation.ts';
import { zipOf, type MemberSpec } from '../support/archives.ts';
import type { SmallLimits } from '../support/archive-outcome.ts';
import { plainGunzip, plainUnzip } from '../support/plain-zip.ts';
import { mutate } from './mutate.ts';
import { randomText } from './random-text.ts';

/** The input of one round. */
export interface FuzzInput {
  readonly bytes: Buffer;
  readonly limits: SmallLimits;
  /** True when the archive is whole, whatever its lines are: it must land. */
  readonly whole: boolean;
}

/** Limits so small that an archive of a few KB can be a bomb, and a round is short. */
const LIMITS = {
  members: 100,
  memberBytes: 8 * 1024 * 1024,
  totalBytes: 16 * 1024 * 1024,
  ratio: 250,
  ratioFromBytes: 1024 * 1024,
} as const;

const bases = corpusCases.map(({ name, bytes }) => ({
  bytes,
  limits: expectationOf(`${name}.zip`).limits,
  members: membersOf(bytes),
}));
const [firstBase, ...otherBases] = bases.filter(({ members }) => members.length > 0);
if (firstBase === undefined) throw new Error('the corpus has no archive that can be read');
const wholeBases = [firstBase, ...otherBases] as const;

/** The input of a round. It depends on the seed and the round only. */
export function inputOf(seed: number, round: number): FuzzInput {
  const random = new Random(hashText(`${seed} ${round}`));
  const base = random.pick(wholeBases);
  const other = random.pick([base, random.pick(wholeBases), random.pick(wholeBases)]);
  const maxLineBytes = random.pick([0, 50, 100, 1000, 64 * 1024]);
  const limits = { ...LIMITS, maxLineBytes, ...base.limits };
  switch (random.below(8)) {
    case 0: {
      const texts = Array.from({ length: random.below(4) }, () => randomText(random));
      const members = texts.map((text) => ({ bytes: pack(text, random) }));
      return { bytes: zip(members, random), limits: { ...LIMITS, maxLineBytes }, whole: true };
    }
    case 1: {
      const texts = base.members.map((gzip) => mutate(plainGunzip(gzip), random, randomText(random)));
      return {
        bytes: zip(
          texts.map((text) => ({ bytes: pack(text, random) })),
          random,
        ),
        limits,
        whole: true,
      };
    }
    case 2:
    case 3: {
      const at = random.below(base.members.length);
      const foreign = other.members[0] ?? Buffer.alloc(0);
      const members = base.members.map((gzip, index) => ({
        bytes: index === at ? mutate(gzip, random, foreign) : gzip,
      }));
      return { bytes: zip(members, random), limits, whole: false };
    }
    case 4:
    case 5: {
      const members = [...base.members, ...other.members].map((bytes) => ({ bytes }));
      return { bytes: mutate(zip(members, random), random, other.bytes), limits, whole: false };
    }
    default: {
      const any = bases[random.below(bases.length)] ?? base;
      return { bytes: mutate(any.bytes, random, other.bytes), limits, whole: false };
    }
  }
}

/** The members that are whole gzip data. */
function membersOf(zip: Buffer): Buffer[] {
  try {
    return plainUnzip(zip)
      .map(({ bytes }) => bytes)
      .filter((gzip) => plainGunzip(gzip).length >= 0);
  } catch {
    return [];
  }
}

/** Gzip data in one to four streams. */
function pack(text: Buffer, random: Random): Buffer {
  const streams: Buffer[] = [];
  let rest = text;
  for (let count = random.below(4); count > 0; count -= 1) {
    const bytes = random.below(rest.length + 1);
    streams.push(gzipSync(rest.subarray(0, bytes), { level: random.below(10) }));
    rest = rest.subarray(bytes);
  }
  return Buffer.concat([...streams, gzipSync(rest)]);
}

function zip(members: readonly MemberSpec[], random: Random): Buffer {
  const form = { zip64: random.below(3) === 0, comment: random.pick(['', 'PK']) };
  return zipOf(
    members.map((member) => ({ ...member, deflated: random.below(2) === 0 })),
    form,
  );
}
