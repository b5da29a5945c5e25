import { isDeepStrictEqual } from 'node:util';
import { outcomeOf, plainLanding } from '../support/archive-outcome.ts';
import type { FuzzInput } from './input.ts';

/** The failures that an archive may be the cause of. */
const FAILURES = ['ArchiveBroken', 'ArchiveLimitsExceeded', 'MemberCorrupt'];

/**
 * Takes an input the way of extract and parse: all of its lines land, exactly, or the failure is a typed one. Gives
 * `landed` or the type.
 * @throws Error that says how it was neither, or whatever was thrown untyped
 */
export async function playRound({ bytes, limits, whole }: FuzzInput, folder: string): Promise<string> {
  const outcome = await outcomeOf(bytes, folder, limits);
  if (outcome.kind === 'refused') {
    const { type, message } = outcome;
    if (!FAILURES.includes(type)) throw new Error(`a failure of its own: ${type}: ${message}`);
    if (whole && type !== 'ArchiveLimitsExceeded') throw new Error(`whole, yet refused: ${type}: ${message}`);
    return type;
  }
  if (!isDeepStrictEqual(outcome.landing, readPlainly(bytes, limits.maxLineBytes))) {
    throw new Error('other lines land than the archive holds');
  }
  return 'landed';
}

function readPlainly(bytes: Buffer, maxLineBytes: number | undefined): unknown {
  try {
    return plainLanding(bytes, maxLineBytes);
  } catch (error) {
    throw new Error('lands, although it is not whole', { cause: error });
  }
}
