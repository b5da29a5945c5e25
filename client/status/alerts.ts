import { ManifestUnreadable } from '../../bronze/errors.ts';
import { ExportError } from '../../core/errors.ts';
import { HOUR_MS, type HourWindow } from '../../core/hour-window.ts';
import { InputInvalid, type Interval } from '../../core/interval.ts';
import { count } from '../terminal/format.ts';
import { stretchesOf } from './hour-state.ts';
import type { LedgerStatus } from './ledger-status.ts';
import { freshnessText } from './status-text.ts';

/** The newest landed hour is further behind the newest due one than --max-lag allows. */
class LedgerLags extends ExportError {
  readonly type = 'LedgerLags';
}

const STRETCHES_NAMED = 5;

/**
 * Refuses to measure a lag in an interval that has ended: hours that come due later would not count, and an alert in
 * cron would never fire again.
 * @throws InputInvalid when the newest due hour is after the end
 */
export function refuseEnded({ end }: Interval, newestDue: HourWindow): void {
  if (newestDue <= end) return;
  throw new InputInvalid(
    `--max-lag needs the newest due hour, now ${newestDue}, but --to ends the range before it, with ${end}: leave out --to`,
  );
}

/** @throws LedgerLags when the newest landed hour is more than `maxLagMs` behind the newest due one */
export function refuseLag(status: LedgerStatus, maxLagMs: number): void {
  const { freshness, hours, counts } = status;
  if (freshness.hoursBehind * HOUR_MS <= maxLagMs) return;
  const late = stretchesOf(hours).filter(({ state }) => state === 'missing' || state === 'failed');
  const named = late
    .slice(-STRETCHES_NAMED)
    .map(({ state, first, last }) => `${state} ${first === last ? first : `${first} to ${last}`}`);
  const more = late.length > STRETCHES_NAMED ? ', and older ones' : '';
  throw new LedgerLags(
    `${freshnessText(freshness)}; ${count(counts.missing + counts.failed)} due hours have not landed (${named.join(', ')}${more})`,
  );
}

/** @throws ManifestUnreadable when a manifest of the interval could not be read, naming the first ones */
export function refuseUnreadable({ hours, counts }: LedgerStatus): void {
  const problems = hours.flatMap(({ problem }) => problem ?? []);
  if (problems.length === 0) return;
  const [first, ...others] = problems.slice(0, STRETCHES_NAMED);
  const more = counts.unreadable > STRETCHES_NAMED ? [`and ${counts.unreadable - STRETCHES_NAMED} more`] : [];
  throw new ManifestUnreadable([first, ...others, ...more].join('\n'));
}
