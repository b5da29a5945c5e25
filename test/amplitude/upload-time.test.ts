import { describe, expect, it } from 'vitest';
import { outsideOf } from '../../amplitude/upload-time.ts';
import { parseHourWindow } from '../../core/hour-window.ts';

const isOutside = outsideOf(parseHourWindow('2026-01-01T05'));

describe('an upload time', () => {
  it.each([
    '2026-01-01 05:00:00',
    '2026-01-01 05:59:59.999999',
    '2026-01-01T05:30:00.123Z',
    '2026-01-01T05:30:00',
    '2026-01-01 05:30:00Z',
  ])('in the hour is inside: %s', (time) => expect(isOutside(time)).toBe(false));

  it.each([
    '2026-01-01 04:59:59.999999',
    '2026-01-01 06:00:00',
    '2026-01-02 05:00:00',
    '2025-01-01 05:00:00.5',
    '2014-11-01T05:00:00.000Z',
    '2026-01-01T06:00:00',
    '2026-01-01 15:00:00Z',
  ])('of another hour is outside: %s', (time) => expect(isOutside(time)).toBe(true));

  it.each([
    '',
    'none',
    '2026-01-01',
    '2026-01-01 06',
    '2026-01-01 06:00',
    '1767250000000',
    '2026-01-01 06:00:00 UTC',
    '2026-01-01T06:00:00+01:00',
    '\n2026-01-01 06:00:00',
  ])('of another form proves nothing: %j', (time) => expect(isOutside(time)).toBe(false));
});
