import { describe, expect, it } from 'vitest';
import { ManifestUnreadable } from '../../../bronze/errors.ts';
import { hourStatus, stretchesOf } from '../../../client/status/hour-state.ts';
import { parseHourWindow } from '../../../core/hour-window.ts';
import { summaryOf } from '../../support/manifests.ts';

const hour = parseHourWindow('2026-01-01T05');
const later = parseHourWindow('2026-01-01T06');
const earlier = parseHourWindow('2026-01-01T04');
const nothing = {
  manifests: new Map(),
  attempted: new Set([parseHourWindow('2026-01-01T07')]),
  newestDue: hour,
};

describe('the state of an hour', () => {
  it.each([
    ['complete', { events: 1, rejected: 0 }],
    ['rejected', { events: 1, rejected: 1 }],
    ['rejected', { events: 0, rejected: 1 }],
    ['outside window', { events: 1, rejected: 0, outsideWindow: 1 }],
    ['outside window', { events: 1, rejected: 1, outsideWindow: 1 }],
    ['complete', { events: 1, rejected: 0, outsideWindow: 0 }],
    ['outside window', { events: 1, lastUploadTime: '2026-01-01 06:00:00' }],
    ['empty', { events: 0, rejected: 0 }],
  ])('is %s with a manifest of %j', (state, counts) => {
    const summary = summaryOf(hour, counts);
    expect(hourStatus(hour, { ...nothing, manifests: new Map([[hour, summary]]) })).toEqual({
      window: hour,
      state,
      summary,
    });
  });

  it('is unreadable, with the reason, when its manifest is', () => {
    const manifests = new Map([[hour, new ManifestUnreadable('the reason')]]);
    const status = { window: hour, state: 'unreadable', problem: 'the reason' };
    expect(hourStatus(hour, { ...nothing, manifests })).toEqual(status);
  });

  it('is missing or failed without a manifest from the moment it is due, and not due before', () => {
    const attempted = new Set([earlier, hour, later]);
    expect(hourStatus(hour, nothing)).toEqual({ window: hour, state: 'missing' });
    expect(hourStatus(earlier, { ...nothing, attempted })).toEqual({ window: earlier, state: 'failed' });
    expect(hourStatus(hour, { ...nothing, attempted })).toEqual({ window: hour, state: 'failed' });
    expect(hourStatus(later, { ...nothing, attempted })).toEqual({ window: later, state: 'not due' });
  });

  it('is that of the manifest even before the hour is due', () => {
    const manifests = new Map([[later, summaryOf(later)]]);
    expect(hourStatus(later, { ...nothing, manifests })).toMatchObject({ state: 'complete' });
  });
});

describe('stretches', () => {
  it('end where the state changes', () => {
    const states = ['missing', 'missing', 'complete', 'missing'] as const;
    const hours = states.map((state, index) => ({ window: parseHourWindow(`2026-01-01T0${index}`), state }));
    expect(
      stretchesOf(hours).map(({ state, first, last, hours }) => [state, first, last, hours.length]),
    ).toEqual([
      ['missing', '2026-01-01T00', '2026-01-01T01', 2],
      ['complete', '2026-01-01T02', '2026-01-01T02', 1],
      ['missing', '2026-01-01T03', '2026-01-01T03', 1],
    ]);
    expect(stretchesOf([])).toEqual([]);
  });
});
