import { describe, expect, it } from 'vitest';
import { parseHourWindow } from '../../../core/hour-window.ts';
import {
  demoFaults,
  faultKinds,
  FaultInvalid,
  FaultList,
  parseFault,
} from '../../../local/sample-api/faults.ts';

const five = parseHourWindow('2026-01-01T05');
const six = parseHourWindow('2026-01-01T06');

describe('a fault', () => {
  it.each(faultKinds)('can be %s', (kind) => {
    expect(parseFault(`2026-01-01T05=${kind}`)).toEqual({
      of: five,
      kind,
      times: Infinity,
      retryAfterSeconds: 1,
    });
  });

  it('has a number of times, its hours, and how long to wait', () => {
    expect(parseFault('*=504*3')).toMatchObject({ of: '*', kind: '504', times: 3 });
    expect(parseFault('2026-01-01T05=429:30*2')).toMatchObject({
      kind: '429',
      times: 2,
      retryAfterSeconds: 30,
    });
    expect(parseFault('*=429-date:30')).toMatchObject({ kind: '429-date', retryAfterSeconds: 30 });
  });

  it('may be one of the events list', () => {
    expect(parseFault('events-list=429:30*2')).toEqual({
      of: 'events-list',
      kind: '429',
      times: 2,
      retryAfterSeconds: 30,
    });
  });

  it.each([
    '',
    '429',
    'events-list',
    'events-list=418',
    'events-list=404',
    'events-list=bad-crc',
    '2026-01-01T05',
    '2026-01-01T25=429',
    '2026-01-01T05=418',
    '2026-01-01T05=429*0',
    '2026-01-01T05=504:3',
    '2026-01-01T05=429-bare:3',
    '=429',
    '*=429*x',
  ])('is refused with the text and the kinds: %j', (text) => {
    expect(() => parseFault(text)).toThrow(FaultInvalid);
    expect(() => parseFault(text)).toThrow(JSON.stringify(text));
    expect(() => parseFault(text)).toThrow(/429.*corrupt-member/);
  });

  it('of the demo is valid for its date', () => {
    expect(demoFaults('2026-01-01').map(parseFault)).toMatchObject([
      { of: five, kind: '429', times: 1 },
      { of: parseHourWindow('2026-01-01T09'), kind: 'early-close', times: 1 },
    ]);
  });
});

describe('a list of faults', () => {
  it('gives faults in order, each as often as it says', () => {
    const list = new FaultList();
    for (const text of ['2026-01-01T05=429*2', '2026-01-01T05=504*1']) list.add(parseFault(text));
    expect([1, 2, 3, 4].map(() => list.meet(five)?.kind)).toEqual(['429', '429', '504', undefined]);
    expect(list.meet(six)).toBeUndefined();
  });

  it('counts a fault of every hour for each hour', () => {
    const list = new FaultList();
    list.add(parseFault('*=504*1'));
    expect([five, six, five, six].map((hour) => list.meet(hour)?.kind)).toEqual([
      '504',
      '504',
      undefined,
      undefined,
    ]);
  });

  it('keeps the faults of the events list apart from those of the hours', () => {
    const list = new FaultList();
    for (const text of ['*=504', 'events-list=500*1']) list.add(parseFault(text));
    expect([five, 'events-list' as const, 'events-list' as const].map((of) => list.meet(of)?.kind)).toEqual([
      '504',
      '500',
      undefined,
    ]);
  });
});
