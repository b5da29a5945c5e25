import { parseInterval, type Interval } from '../../core/interval.ts';
import { WindowInvalid } from '../../core/hour-window.ts';

const DAY = /^\d{4}-\d{2}-\d{2}$/;

/**
 * Reads `--from` and `--to`: hours such as `2026-01-01T05`, or days, which stand for all their hours.
 * @throws WindowInvalid, IntervalReversed
 */
export function readRange(from: string, to: string): Interval {
  return parseInterval({ start: atHour(from, '00'), end: atHour(to, '23') });
}

function atHour(text: string, hour: string): string {
  if (DAY.test(text)) return `${text}T${hour}`;
  if (text.includes('T')) return text;
  throw new WindowInvalid(`${JSON.stringify(text)} is neither a day nor an hour`);
}
