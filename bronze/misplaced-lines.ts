import { HOUR_MS, hourStartMs, hourWindowAt, type HourWindow } from '../core/hour-window.ts';
import type { Finding, VerifiedHour } from './findings.ts';
import { holdsOtherHours } from './outside-window.ts';

/** True for a finding that says: the lines are undamaged, but belong to another hour. */
export function isMisplaced({ kind }: Finding): boolean {
  return kind === 'outside-window' || kind === 'same-lines';
}

/**
 * Adds the findings about misplaced lines to verified hours, given oldest first. Keeps only one hour before and one
 * after in memory. `digestAt` reads the digest of an hour that is not among those given; undefined when it has no
 * lines.
 */
export async function* findMisplaced(
  hours: AsyncIterable<VerifiedHour>,
  digestAt: (window: HourWindow) => Promise<string | undefined>,
): AsyncGenerator<VerifiedHour, void, undefined> {
  let before: VerifiedHour | undefined;
  let hour: VerifiedHour | undefined;
  for await (const after of hours) {
    if (hour !== undefined) yield withMisplaced(hour, await sameLines(hour, [before, after], digestAt));
    [before, hour] = [hour, after];
  }
  if (hour !== undefined) yield withMisplaced(hour, await sameLines(hour, [before], digestAt));
}

function withMisplaced(hour: VerifiedHour, same: readonly HourWindow[]): VerifiedHour {
  const { window, lines, findings } = hour;
  if (lines === undefined) return hour;
  const misplaced: Finding[] = [];
  if (holdsOtherHours({ window, ...lines })) {
    const { outsideWindow: outside = null, events } = lines;
    misplaced.push({ kind: 'outside-window', outside, events });
  }
  if (same.length > 0) misplaced.push({ kind: 'same-lines', hours: same });
  return misplaced.length === 0 ? hour : { ...hour, findings: [...findings, ...misplaced] };
}

/** The hours before and after that have the same lines. */
async function sameLines(
  { window, lines }: VerifiedHour,
  known: readonly (VerifiedHour | undefined)[],
  digestAt: (window: HourWindow) => Promise<string | undefined>,
): Promise<HourWindow[]> {
  if (lines === undefined) return [];
  const same: HourWindow[] = [];
  for (const step of [-HOUR_MS, HOUR_MS]) {
    const neighbour = hourWindowAt(hourStartMs(window) + step);
    const found = known.find((hour) => hour?.window === neighbour);
    const digest = found === undefined ? await digestAt(neighbour) : found.lines?.digest;
    if (digest === lines.digest) same.push(neighbour);
  }
  return same;
}
