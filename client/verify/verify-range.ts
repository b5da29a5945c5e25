import type { Bucket } from '../../bronze/bucket.ts';
import type { VerifiedHour } from '../../bronze/findings.ts';
import { verifyHours, verifyInterval } from '../../bronze/verify.ts';
import type { Checks } from '../../bronze/verify-hour.ts';
import { hourCount, type Interval } from '../../core/interval.ts';
import { timeSpan } from '../terminal/format.ts';
import { LiveLine } from '../terminal/live-line.ts';
import { progressLine, VerifyTally } from './verify-report.ts';

const SHOW_EVERY_MS = 1000;

/**
 * Verifies an interval and shows the progress.
 * @throws the typed errors of storage-errors.ts
 */
export async function verifyRange(
  bucket: Bucket,
  prefix: string,
  interval: Interval,
  checks: Checks,
): Promise<VerifyTally> {
  const tally = new VerifyTally();
  const line = new LiveLine();
  const hours = hourCount(interval);
  const startedAt = performance.now();
  let shownAt = startedAt;
  try {
    for await (const hour of verifyInterval(bucket, prefix, interval, checks)) {
      tally.add(hour);
      const now = performance.now();
      if (now - shownAt < SHOW_EVERY_MS) continue;
      shownAt = now;
      const done = tally.report();
      const rate = done.hours / ((now - startedAt) / 1000);
      const left = timeSpan((hours - done.hours) / rate);
      line.show(progressLine(done, hours), `, ${rate.toFixed(1)} hours/s, about ${left} left`);
    }
    line.show(progressLine(tally.report(), hours));
  } finally {
    line.end();
  }
  return tally;
}

/**
 * Verifies hours again. Returns those that still have findings.
 * @throws the typed errors of storage-errors.ts
 */
export async function verifyAgain(
  bucket: Bucket,
  prefix: string,
  hours: readonly VerifiedHour[],
  checks: Checks,
): Promise<VerifiedHour[]> {
  const left: VerifiedHour[] = [];
  const windows = hours.map(({ window }) => window);
  for await (const hour of verifyHours(bucket, prefix, windows, checks))
    if (hour.findings.length > 0) left.push(hour);
  return left;
}
