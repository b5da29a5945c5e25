import { HOUR_MS, hourStartMs } from '../../core/hour-window.ts';
import type { Interval } from '../../core/interval.ts';
import type { TemporalAddress } from '../../config/temporal.ts';
import type { SchedulePlan } from './schedule-plan.ts';

/**
 * The command of the Temporal CLI that exports an interval with a schedule. Its time range has the nominal times of the
 * days, or hours, of the interval. A nominal time at either end of the range starts a run, so the range ends a second
 * early.
 */
export function scheduleBackfillCommand(
  { id, input }: Pick<SchedulePlan, 'id' | 'input'>,
  { start, end }: Interval,
  hourDueAfterMs: number,
  { address, namespace }: TemporalAddress,
): string {
  const laterMs = input.period === 'hour' ? hourDueAfterMs : (input.daysBack ?? 1) * 24 * HOUR_MS;
  const firstMs = hourStartMs(start) + laterMs;
  const lastMs = hourStartMs(end) + laterMs + HOUR_MS - 1000;
  const words = [
    'temporal schedule backfill',
    `--schedule-id ${shellWord(id)}`,
    `--start-time ${timestamp(firstMs)}`,
    `--end-time ${timestamp(lastMs)}`,
    '--overlap-policy AllowAll',
  ];
  if (!/^(127\.0\.0\.1|localhost):7233$/.test(address)) words.push(`--address ${address}`);
  if (namespace !== 'default') words.push(`--namespace ${namespace}`);
  return words.join(' ');
}

/** Quotes an id that a shell would split or change. */
function shellWord(text: string): string {
  return /^[\w.:@%+=/-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

function timestamp(epochMs: number): string {
  return new Date(epochMs).toISOString().replace('.000Z', 'Z');
}
