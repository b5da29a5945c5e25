import type { HourWindow } from '../core/hour-window.ts';
import { pMapIterable } from '../core/p-map-iterable.ts';
import { producer } from '../core/version.ts';
import { hoursOf, piecesOf, type Interval } from '../core/interval.ts';
import type { Bucket } from './bucket.ts';
import type { VerifiedHour } from './findings.ts';
import { HourStore } from './hour-store.ts';
import { listAllUploads, listHours } from './list-hours.ts';
import { findMisplaced } from './misplaced-lines.ts';
import { readManifest, verifyHour, type Checks } from './verify-hour.ts';

/** The objects of one week are listed at a time: few requests, and no more than a week in memory. */
const HOURS_PER_LISTING = 168;
/** Some thirty requests at once, as each hour checks several objects. */
const HOURS_AT_ONCE = 8;

/**
 * Compares the manifests of an interval with the bucket, and its hours with each other. Yields each hour, oldest
 * first, with its findings.
 * @throws the typed errors of storage-errors.ts
 */
export async function* verifyInterval(
  bucket: Bucket,
  prefix: string,
  interval: Interval,
  checks: Checks,
): AsyncGenerator<VerifiedHour, void, undefined> {
  yield* findMisplaced(verifyPieces(bucket, prefix, interval, checks), digestReader(bucket, prefix));
}

/**
 * The same for a list of hours, given oldest first.
 * @throws the typed errors of storage-errors.ts
 */
export async function* verifyHours(
  bucket: Bucket,
  prefix: string,
  windows: readonly HourWindow[],
  checks: Checks,
): AsyncGenerator<VerifiedHour, void, undefined> {
  const hours = pMapIterable(windows, async (window) => verifyHour(bucket, prefix, window, checks), {
    concurrency: HOURS_AT_ONCE,
  });
  yield* findMisplaced(hours, digestReader(bucket, prefix));
}

async function* verifyPieces(
  bucket: Bucket,
  prefix: string,
  interval: Interval,
  checks: Checks,
): AsyncGenerator<VerifiedHour, void, undefined> {
  const uploads = await listAllUploads(bucket, prefix);
  for (const piece of piecesOf(interval, HOURS_PER_LISTING)) {
    const listingOf = await listHours(bucket, prefix, piece, uploads);
    yield* pMapIterable(
      hoursOf(piece),
      async (window) => verifyHour(bucket, prefix, window, checks, listingOf(window)),
      { concurrency: HOURS_AT_ONCE },
    );
  }
}

/** Returns a function that reads the digest of an hour; undefined when the hour has no lines. */
function digestReader(bucket: Bucket, prefix: string): (window: HourWindow) => Promise<string | undefined> {
  return async (window) => {
    const { stored } = await readManifest(new HourStore(bucket, prefix, window, producer));
    return stored?.manifest.status === 'complete' ? stored.manifest.digest : undefined;
  };
}
