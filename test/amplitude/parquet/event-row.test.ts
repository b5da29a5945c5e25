import { describe, expect, it } from 'vitest';
import { parquetColumns } from '../../../amplitude/parquet/columns.ts';
import { EventRow } from '../../../amplitude/parquet/event-row.ts';
import { LineScanner } from '../../../amplitude/line-scanner.ts';

interface Row {
  /** The cells that are not empty, by column, and the one of the other keys. */
  readonly cells: Readonly<Record<string, string>>;
  /** How many events had a value, by column. */
  readonly values: Readonly<Record<string, number>>;
}

/** The rows of some events. */
function rowsOf(...lines: string[]): Row[] {
  const scanner = new LineScanner({ maxLineBytes: 2 ** 24, wanted: ['event'] });
  scanner.push(Buffer.from(lines.map((line) => `${line}\n`).join('')));
  const row = new EventRow(parquetColumns);
  const names = [...parquetColumns.map(({ name }) => name), 'other_keys'];
  return lines.map((line) => {
    if (scanner.next() !== 'event') throw new Error(`no event: ${line}`);
    const target = Buffer.alloc(row.mostBytes(scanner));
    const text = target.toString('utf8', 0, row.write(scanner, target, 0));
    const cells = text.slice(0, -1).split('\u001f');
    expect(text.at(-1)).toBe('\n');
    expect(cells).toHaveLength(names.length);
    const named = names.map((name, index) => [name, cells[index] ?? ''] as const);
    const counted = parquetColumns.map(({ name }, index) => [name, row.values[index] ?? 0] as const);
    return {
      cells: Object.fromEntries(named.filter(([, cell]) => cell !== '')),
      values: Object.fromEntries(counted.filter(([, count]) => count > 0)),
    };
  });
}

/** The row of one event. */
function rowOf(line: string): Row {
  const [row] = rowsOf(line);
  if (row === undefined) throw new Error('there is no row');
  return row;
}

describe('a cell', () => {
  it.each([
    ['"city":"Köln"', 'Köln'],
    ['"city":"K\\u00f6ln"', 'Köln'],
    ['"city":"a \\"b\\" \\\\ c\\/d"', 'a "b" \\ c/d'],
    ['"city":"\\"quoted\\""', '"\\"quoted\\""'],
    ['"city":"one\\ntwo"', '"one\\ntwo"'],
    ['"city":"\\u001f\\u0000"', '"\\u001f\\u0000"'],
    ['"city":"\\ud800 \\ud83c\\udf89"', '\ufffd 🎉'],
    ['"city":"\\ud800\\n"', '"\ufffd\\n"'],
    ['"city":""', '""'],
    ['"city":12.50', '12.50'],
    ['"city":true', 'true'],
    ['"app":12.50', '12.50'],
    ['"app":"12"', '"12"'],
    ['"paying":"yes"', '"yes"'],
    ['"event_time":"2026-01-01 05:00:00.5"', '2026-01-01 05:00:00.5'],
    ['"event_time":"2026\\u002d01-01 05:00:00"', '2026-01-01 05:00:00'],
    ['"groups":{"a" :\t[1.0,\r"\\u0041"]}', '{"a" :\t[1.0,\u001e"\\u0041"]}'],
    ['"groups":"text"', '"text"'],
    [`"groups":["${'x'.repeat(100)}"]`, `["${'x'.repeat(100)}"]`],
  ])('of %s is %j', (field, cell) => {
    const { cells, values } = rowOf(`{${field}}`);
    const [[name, found] = []] = Object.entries(cells);
    expect(found).toBe(cell);
    expect(values).toEqual({ [String(name)]: 1 });
  });

  it.each([
    '"city":null',
    '"groups":null',
    '"app":null',
    '"paying":null',
    '"paying":"(none)"',
    '"paying":""',
  ])('of %s is empty, and is no value', (field) => {
    expect(rowOf(`{${field}}`)).toEqual({ cells: {}, values: {} });
  });

  it.each(['"city":{"a":1}', '"city":["a"]'])('of %s is empty, but counts as a value', (field) => {
    expect(rowOf(`{${field}}`)).toEqual({ cells: {}, values: { city: 1 } });
  });

  it('has the last of several values for a key, and nothing if that is null', () => {
    expect(rowOf('{"city":"a","city":"b","\\u0063ity":"c"}').cells).toEqual({ city: 'c' });
    expect(rowOf('{"city":"a","city":null}')).toEqual({ cells: {}, values: {} });
  });
});

describe('a row', () => {
  it('has the keys with $ in columns with _', () => {
    expect(rowOf('{"$schema":13,"$insert_id":"x"}').cells).toEqual({ _schema: '13', _insert_id: 'x' });
  });

  it('has all other keys as one JSON object of their own bytes', () => {
    const line = '{"City":1.0,"app":5,"n\\u0065w":{"a" : 1e3},"City":"b","_schema":null}';
    expect(rowOf(line).cells).toEqual({
      app: '5',
      other_keys: '{"City":1.0,"n\\u0065w":{"a" : 1e3},"City":"b","_schema":null}',
    });
  });

  it('follows events whose keys come in another order, or are others', () => {
    const rows = rowsOf('{"app":1,"city":"a","x":1}', '{"city":"b","app":2}', '{}', '{"x":2,"app":3}');
    expect(rows.map(({ cells }) => cells)).toEqual([
      { app: '1', city: 'a', other_keys: '{"x":1}' },
      { app: '2', city: 'b' },
      {},
      { app: '3', other_keys: '{"x":2}' },
    ]);
    expect(rows.at(-1)?.values).toEqual({ app: 3, city: 2 });
  });

  it('of 100,000 keys has them all', () => {
    const others = Array.from({ length: 100_000 }, (_, index) => `"k${index}":${index}`).join(',');
    expect(rowOf(`{"app":1,${others},"city":"last"}`).cells).toEqual({
      app: '1',
      city: 'last',
      other_keys: `{${others}}`,
    });
  });
});
