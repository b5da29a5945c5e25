import fc from 'fast-check';
import { expect, it } from 'vitest';
import { csvRows } from '../../bronze/csv-rows.ts';
import { COLUMNS, OperationLog } from '../../bronze/operation-log.ts';
import { printable } from '../../core/printable.ts';

async function* inChunks(text: string, size: number): AsyncGenerator<Buffer> {
  const bytes = Buffer.from(text);
  for (let start = 0; start < bytes.length; start += size) yield bytes.subarray(start, start + size);
}

async function rowsOf(text: string, size = 7): Promise<(string[] | undefined)[]> {
  const rows: (string[] | undefined)[] = [];
  for await (const row of csvRows(inChunks(text, size))) rows.push(row);
  return rows;
}

it('reads what the operation log writes, whatever is in it and wherever the chunks end', async () => {
  const item = fc.string({ unit: fc.constantFrom('a', ',', '"', '\n', '\r', 'ä', '😀', ' ') });
  await fc.assert(
    fc.asyncProperty(fc.array(item), fc.integer({ min: 1, max: 40 }), async (items, size) => {
      const owner = {
        workflowId: 'w',
        runId: 'r',
        activity: 'upload',
        attempt: 1,
        round: 1,
        eventsListOf: '',
      };
      const log = new OperationLog(owner);
      for (const text of items) log.add({ operation: 'parse', item: text, outcome: 'ok', requests: 4 });
      const [header, ...rows] = await rowsOf(log.toString(), size);
      expect(header).toEqual(COLUMNS);
      expect(rows.map((row) => [row?.length, row?.[7], row?.at(-1)])).toEqual(
        items.map((text) => [COLUMNS.length, printable(text), '4']),
      );
    }),
  );
});

it.each([
  ['', []],
  ['a\n\nb\n', [['a'], ['b']]],
  ['a,b', [['a', 'b']]],
  [
    'a,b\r\n,\n',
    [
      ['a', 'b'],
      ['', ''],
    ],
  ],
  ['"a""b",', [['a"b', '']]],
])('reads %j', async (text, rows) => {
  expect(await rowsOf(text)).toEqual(rows);
});

it('ends at a line that is too long', async () => {
  for (const size of [65_536, 1_000_000])
    expect(await rowsOf(`a\n${'x'.repeat(300_000)}\nb\n`, size)).toContain(undefined);
  expect((await rowsOf(`a\n${'x'.repeat(300_000)}\nb\n`, 65_536)).at(-1)).toBeUndefined();
});
