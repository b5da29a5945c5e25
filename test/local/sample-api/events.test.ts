import { describe, expect, it } from 'vitest';
import { eventColumns, type EventValueKind } from '../../../amplitude/event-schema.ts';
import { parseHourWindow } from '../../../core/hour-window.ts';
import { sampleLines } from '../../../local/sample-api/events.ts';

const source = { seed: 'events', projectId: 123456 };
const window = parseHourWindow('2026-01-01T05');
const linesOf = (...args: Parameters<typeof sampleLines>): string[] =>
  Array.from(sampleLines(...args), (line) => line.toString());
const lines = linesOf(source, window, { first: 0, count: 3000 });
const events = lines.map((line) => JSON.parse(line) as Record<string, unknown>);

const TIME = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d{6})?$/;

const kindHolds: Record<EventValueKind, (value: unknown) => boolean> = {
  string: (value) => typeof value === 'string',
  integer: (value) => Number.isInteger(value),
  number: (value) => typeof value === 'number',
  boolean: (value) => typeof value === 'boolean',
  time: (value) => typeof value === 'string' && TIME.test(value),
  object: (value) => typeof value === 'object' && !Array.isArray(value),
  mixed: (value) => value !== undefined,
};

function values(key: string): unknown[] {
  return events.map((event) => event[key]);
}

describe('sample events', () => {
  it('are single lines of 1.5 to about 2 KB', () => {
    const bytes = lines.reduce((sum, line) => sum + Buffer.byteLength(line), 0) / lines.length;
    expect(bytes).toBeGreaterThan(1500);
    expect(bytes).toBeLessThan(2100);
    expect(lines.filter((line) => /[\r\n]/.test(line))).toEqual([]);
  });

  it('have exactly the keys of the schema, in its order', () => {
    const keys = eventColumns.map(({ key }) => key);
    for (const event of events) expect(Object.keys(event)).toEqual(keys);
  });

  it.each(eventColumns)('hold a $kind, or null, in $key', ({ key, kind }) => {
    const values = events.map((event) => event[key]).filter((value) => value !== null);
    expect(values.filter((value) => !kindHolds[kind](value))).toEqual([]);
  });

  it('arrive inside the window, and some happened hours before', () => {
    const uploads = events.map((event) => String(event['server_upload_time']));
    expect(uploads.filter((time) => !time.startsWith('2026-01-01 05:'))).toEqual([]);
    expect(uploads.some((time) => time.includes('.'))).toBe(true);
    expect(uploads.some((time) => !time.includes('.'))).toBe(true);
    const happened = events.map((event) => String(event['event_time']));
    expect(happened.some((time) => time < '2025-12-31')).toBe(true);
    expect(events.every((event) => String(event['event_time']) <= String(event['processed_time']))).toBe(
      true,
    );
  });

  it('hold integers beyond 2^53 and number spellings that a round trip through JSON would change', () => {
    for (const line of lines) {
      const [, digits = '0'] = /"span":(\d+)/.exec(line) ?? [];
      expect(BigInt(digits)).toBeGreaterThan(2n ** 53n);
      expect(BigInt(digits)).toBeLessThan(2n ** 63n);
      expect(String(Number(digits))).not.toBe(digits);
    }
    const all = lines.join('');
    for (const spelling of [':1.0,', ':1e3,', ':0.10,', ':-0.0,', ':1E+2,']) expect(all).toContain(spelling);
  });

  it('spell letters outside ASCII raw as well as escaped', () => {
    const all = lines.join('');
    for (const spelling of [
      '🎉',
      '\\ud83c\\udf89',
      'é',
      '\\u00e9',
      '\u2028',
      '\\u2028',
      '\\u0026',
      '東京',
      '\\/',
    ]) {
      expect(all).toContain(spelling);
    }
  });

  it('have the odd values of real events: no session, unknown paying, ids as text and as list', () => {
    expect(values('session_id')).toContain(-1);
    expect(values('paying')).toEqual(expect.arrayContaining(['(none)', true, null]));
    const ids = values('amplitude_attribution_ids');
    expect(ids.some((value) => typeof value === 'string')).toBe(true);
    expect(ids.some((value) => Array.isArray(value))).toBe(true);
    expect(ids).toContain(null);
  });

  it('have a unique uuid, over all hours', () => {
    const others = linesOf(source, parseHourWindow('2026-01-01T06'), { first: 0, count: 3000 });
    const uuids = [...lines, ...others].map((line) => (JSON.parse(line) as { uuid: string }).uuid);
    expect(new Set(uuids).size).toBe(6000);
    expect(
      uuids.filter((uuid) => !/^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-a[\da-f]{3}-[\da-f]{12}$/.test(uuid)),
    ).toEqual([]);
  });

  it('are all different, far beyond the number of lines that are made anew', () => {
    const many = linesOf(source, window, { first: 60_000, count: 3000 });
    expect(new Set([...lines, ...many]).size).toBe(6000);
    for (const key of ['$insert_id', 'server_received_time']) {
      const values = new Set(
        [...lines, ...many].map((line) => (JSON.parse(line) as Record<string, string>)[key]),
      );
      expect(values.size).toBeGreaterThan(5000);
    }
  });

  it('depend only on seed, project, window and number', () => {
    const range = { first: 40, count: 2 };
    expect(linesOf(source, window, range)).toEqual(lines.slice(40, 42));
    expect(linesOf(source, window, { first: 2990, count: 2 })).toEqual(lines.slice(2990, 2992));
    expect(linesOf({ ...source, seed: 'other' }, window, range)).not.toEqual(lines.slice(40, 42));
  });
});
