import { isDeepStrictEqual } from 'node:util';
import { outcomeOf, plainLanding } from '../support/archive-outcome.ts';
import type { FuzzInput } from './input.ts';

/** The failures that an archive may cause. */
const FAILURES = ['ArchiveBroken', 'ArchiveLimitsExceeded', 'MemberCorrupt'];

/**
 * Checks and parses an input: either exactly its lines land, or the failure has a type that archives may cause. Returns
 * `landed` or the type.
 * @throws Error that says what is wrong, or the untyped error of the pipeline
 */
export async function runRound({ bytes, limits, whole }: FuzzInput, folder: string): Promise<string> {
  const outcome = await outcomeOf(bytes, folder, limits);
  if (outcome.kind === 'refused') {
    const { type, message } = outcome;
    if (!FAILURES.includes(type)) throw new Error(`an unexpected failure: ${type}: ${message}`);
    if (whole && type !== 'ArchiveLimitsExceeded') throw new Error(`whole, but refused: ${type}: ${message}`);
    return type;
  }
  if (!isDeepStrictEqual(outcome.landing, readPlainly(bytes, limits.maxLineBytes))) {
    throw new Error('the landed lines differ from the lines of the archive');
  }
  return 'landed';
}

function readPlainly(bytes: Buffer, maxLineBytes: number | undefined): unknown {
  try {
    return plainLanding(bytes, maxLineBytes);
  } catch (error) {
    throw new Error('it lands, although it is not whole', { cause: error });
  }
}
