import { describe, expect, it } from 'vitest';
import { refuseEnded, refuseLag, refuseUnreadable } from '../../../client/status/alerts.ts';
import { HOUR_MS, parseHourWindow } from '../../../core/hour-window.ts';
import { parseInterval } from '../../../core/interval.ts';
import { statusWith } from '../../support/status-with.ts';

const sixBehind = statusWith('2026-01-01T00', '2026-01-01T12', '2026-01-01T12', (window) => {
  if (window === '2026-01-01T12') return 'failed';
  return window > '2026-01-01T06' || window === '2026-01-01T02' ? 'missing' : 'complete';
});

describe('the alert on lag', () => {
  it('stays silent up to the lag that is allowed', () => {
    expect(() => refuseLag(sixBehind, 6 * HOUR_MS)).not.toThrow();
    expect(() => refuseLag(sixBehind, 6 * HOUR_MS - 1)).toThrow('6 h behind');
  });

  it('says how far behind the ledger is, and which due hours have not landed', () => {
    expect(() => refuseLag(sixBehind, HOUR_MS)).toThrow(
      expect.objectContaining({
        type: 'LedgerLags',
        message:
          'newest landed hour 2026-01-01T06, newest due 2026-01-01T12: 6 h behind; 7 due hours have not landed (missing 2026-01-01T02, missing 2026-01-01T07 to 2026-01-01T11, failed 2026-01-01T12)',
      }),
    );
  });

  it('names the newest gaps when there are many', () => {
    const gaps = statusWith('2026-01-01T00', '2026-01-01T23', '2026-01-01T23', (window) =>
      Number(window.slice(11)) % 2 === 0 ? 'complete' : 'missing',
    );
    expect(() => refuseLag(gaps, 0)).toThrow(
      /\(missing 2026-01-01T15, .*, missing 2026-01-01T23, and older ones\)$/,
    );
  });

  it('is silent when nothing is due', () => {
    const young = statusWith('2026-01-01T00', '2026-01-01T02', '2025-12-31T00', () => 'missing');
    expect(() => refuseLag(young, 0)).not.toThrow();
  });
});

describe('a range with --max-lag', () => {
  const day = parseInterval({ start: '2026-01-01T00', end: '2026-01-01T23' });

  it.each(['2025-12-31T22', '2026-01-01T00', '2026-01-01T23'])('is accepted when %s is due', (due) => {
    expect(() => refuseEnded(day, parseHourWindow(due))).not.toThrow();
  });

  it('is refused from the first due hour after its end on', () => {
    expect(() => refuseEnded(day, parseHourWindow('2026-01-02T00'))).toThrow(
      expect.objectContaining({
        type: 'InputInvalid',
        message:
          '--max-lag needs the newest due hour, now 2026-01-02T00, but --to ends the range before it, with 2026-01-01T23: leave out --to',
      }),
    );
  });
});

describe('unreadable manifests', () => {
  it('are an error that names the first of them', () => {
    expect(() => refuseUnreadable(sixBehind)).not.toThrow();
    const broken = statusWith('2026-01-01T00', '2026-01-01T06', '2026-01-01T06', () => 'unreadable');
    expect(() => refuseUnreadable(broken)).toThrow(
      expect.objectContaining({
        type: 'ManifestUnreadable',
        message: expect.stringMatching(/^cannot read 2026-01-01T00\n(.*\n){4}and 2 more$/) as unknown,
      }),
    );
  });
});
