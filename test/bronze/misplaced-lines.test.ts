import { describe, expect, it } from 'vitest';
import type { Finding, VerifiedHour } from '../../bronze/findings.ts';
import { findMisplaced, isMisplaced } from '../../bronze/misplaced-lines.ts';
import { parseHourWindow, type HourWindow } from '../../core/hour-window.ts';

const orphan: Finding = { kind: 'orphan', key: 'left' };

/** A verified hour; without a digest it has no lines. */
function hourOf(time: string, digest?: string, more: Partial<VerifiedHour['lines']> = {}): VerifiedHour {
  const window = parseHourWindow(time);
  const nothing = { window, objects: 1, bytes: 1, withoutChecksum: 0, findings: [] };
  if (digest === undefined) return { ...nothing, status: 'empty' };
  const times = { firstUploadTime: null, lastUploadTime: null };
  return {
    ...nothing,
    status: 'complete',
    lines: { digest, events: 10, outsideWindow: 0, ...times, ...more },
  };
}

/** The findings of each hour that has any, and the hours that were read for them. */
async function found(
  hours: readonly VerifiedHour[],
  ledger: Readonly<Record<string, string>> = {},
): Promise<{ findings: Record<string, readonly Finding[]>; read: HourWindow[]; windows: HourWindow[] }> {
  const read: HourWindow[] = [];
  const windows: HourWindow[] = [];
  const findings: Record<string, readonly Finding[]> = {};
  const stream = (async function* () {
    yield* hours;
  })();
  for await (const hour of findMisplaced(stream, async (window) => {
    read.push(window);
    return ledger[window];
  })) {
    windows.push(hour.window);
    if (hour.findings.length > 0) findings[hour.window] = hour.findings;
  }
  return { findings, read, windows };
}

describe('lines of other hours', () => {
  it('are reported with their number, after the other findings', async () => {
    const hour = { ...hourOf('2026-01-01T05', 'a', { outsideWindow: 3 }), findings: [orphan] };
    expect((await found([hour])).findings).toEqual({
      '2026-01-01T05': [orphan, { kind: 'outside-window', outside: 3, events: 10 }],
    });
  });

  it('are reported without a number when they were not counted', async () => {
    const { outsideWindow: _, ...lines } = hourOf('2026-01-01T05', 'a').lines ?? {};
    const older = { ...lines, digest: 'a', events: 10, firstUploadTime: '2014-11-01 05:00:00' };
    const hour: VerifiedHour = { ...hourOf('2026-01-01T05'), lines: { lastUploadTime: null, ...older } };
    expect((await found([hour])).findings).toEqual({
      '2026-01-01T05': [{ kind: 'outside-window', outside: null, events: 10 }],
    });
  });
});

describe('the same lines in neighbouring hours', () => {
  it('are reported for each of them, and every hour is yielded once', async () => {
    const hours = ['a', 'a', 'a', 'b', undefined, undefined, 'b'].map((digest, index) =>
      hourOf(`2026-01-01T0${index}`, digest),
    );
    const { findings, windows } = await found(hours);
    expect(findings).toEqual({
      '2026-01-01T00': [{ kind: 'same-lines', hours: ['2026-01-01T01'] }],
      '2026-01-01T01': [{ kind: 'same-lines', hours: ['2026-01-01T00', '2026-01-01T02'] }],
      '2026-01-01T02': [{ kind: 'same-lines', hours: ['2026-01-01T01'] }],
    });
    expect(windows).toEqual(hours.map(({ window }) => window));
  });

  it('are found beyond the ends of the interval, over midnight, and between hours that are far apart', async () => {
    const hours = [hourOf('2026-01-01T00', 'a'), hourOf('2026-01-01T01', 'b'), hourOf('2026-01-01T05', 'c')];
    const { findings, read } = await found(hours, { '2025-12-31T23': 'a', '2026-01-01T06': 'c' });
    expect(findings).toEqual({
      '2026-01-01T00': [{ kind: 'same-lines', hours: ['2025-12-31T23'] }],
      '2026-01-01T05': [{ kind: 'same-lines', hours: ['2026-01-01T06'] }],
    });
    expect(read).toEqual(['2025-12-31T23', '2026-01-01T02', '2026-01-01T04', '2026-01-01T06']);
  });

  it('are not searched for in hours without lines', async () => {
    expect(await found([hourOf('2026-01-01T00'), hourOf('2026-01-01T01')])).toMatchObject({
      findings: {},
      read: [],
    });
  });
});

describe('a finding', () => {
  it('is about lines in the wrong hour, or about something that a repair can correct', () => {
    expect(isMisplaced({ kind: 'outside-window', outside: 1, events: 1 })).toBe(true);
    expect(isMisplaced({ kind: 'same-lines', hours: [] })).toBe(true);
    expect(isMisplaced(orphan)).toBe(false);
  });
});
