import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  dateAndHour,
  HOUR_MS,
  hourStartMs,
  hourWindowAt,
  parseHourWindow,
  WindowInvalid,
} from '../../core/hour-window.ts';

const instants = fc
  .date({ min: new Date('2000-01-01T00:00:00Z'), max: new Date('2099-12-31T23:59:59Z'), noInvalidDate: true })
  .map((date) => date.getTime());

describe('an hour window', () => {
  it.each(['2026-01-01T05', '2026-12-31T23', '2024-02-29T00', '2000-02-29T12', '1999-12-31T00'])(
    'is %s',
    (text) => {
      expect(parseHourWindow(text)).toBe(text);
    },
  );

  it.each([
    ['an hour that no day has', '2026-01-01T24'],
    ['a day that no February has', '2026-02-29T00'],
    ['a day that no century’s February has', '1900-02-29T00'],
    ['a day that no April has', '2026-04-31T00'],
    ['a day zero', '2026-01-00T00'],
    ['a month that no year has', '2026-13-01T00'],
    ['a date', '2026-01-01'],
    ['an hour without padding', '2026-01-01T5'],
    ['an instant', '2026-01-01T05:00:00Z'],
    ['Amplitude’s own spelling', '20260101T05'],
    ['a space for the T', '2026-01-01 05'],
    ['a zone', '2026-01-01T05Z'],
    ['space around it', ' 2026-01-01T05 '],
    ['a newline after it', '2026-01-01T05\n'],
    ['a year of five digits', '12026-01-01T05'],
    ['other digits', '\u0662\u0660\u0662\u0666-01-01T05'],
    ['nothing', ''],
    ['no text', 2026],
    ['null', null],
    ['undefined', undefined],
    ['a list that reads like one', ['2026-01-01T05']],
  ])('is not %s', (_name, value) => {
    expect(() => parseHourWindow(value)).toThrow(WindowInvalid);
  });

  it('that is invalid is named in the message, with an example', () => {
    expect(() => parseHourWindow('2026-1-1')).toThrow(/"2026-1-1" is not a UTC hour such as 2026-01-01T05/);
  });

  it('holds the instants from its start up to the next one', () => {
    fc.assert(
      fc.property(instants, (instant) => {
        const window = hourWindowAt(instant);
        expect(parseHourWindow(window)).toBe(window);
        expect(hourStartMs(window)).toBeLessThanOrEqual(instant);
        expect(instant).toBeLessThan(hourStartMs(window) + HOUR_MS);
      }),
    );
  });

  it('sorts as text as it does in time', () => {
    fc.assert(
      fc.property(instants, instants, (a, b) => {
        const inTime = Math.sign(hourStartMs(hourWindowAt(a)) - hourStartMs(hourWindowAt(b)));
        const asText = Number(hourWindowAt(a) > hourWindowAt(b)) - Number(hourWindowAt(a) < hourWindowAt(b));
        expect(asText).toBe(inTime);
      }),
    );
  });

  it('is split into date and hour as keys spell them', () => {
    expect(dateAndHour(parseHourWindow('2026-01-01T05'))).toEqual({ date: '2026-01-01', hour: '05' });
  });
});
