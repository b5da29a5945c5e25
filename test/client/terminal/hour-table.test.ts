import { describe, expect, it } from 'vitest';
import { hourRows, hourTable } from '../../../client/terminal/hour-table.ts';
import { parseHourWindow } from '../../../core/hour-window.ts';
import { manifestOf } from '../../support/manifests.ts';

const first = parseHourWindow('2026-01-01T00');
const second = parseHourWindow('2026-01-01T01');
const third = parseHourWindow('2026-01-01T02');
const ledger = new Map([
  [first, manifestOf(first, { events: 12_345, rejected: 2, outsideWindow: 7 })],
  [second, manifestOf(second, { events: 0 })],
]);
const rows = hourRows([first, second, third], ledger);

describe('the rows of the hour table', () => {
  it('have the numbers of each manifest, and show which hours are missing', () => {
    expect(rows).toEqual([
      {
        window: first,
        status: 'complete',
        events: 12_345,
        rejected: 2,
        outsideWindow: 7,
        bytes: 1000,
        files: 1,
      },
      { window: second, status: 'empty', events: 0, rejected: 0, outsideWindow: null, bytes: 0, files: 0 },
      { window: third, status: 'missing', events: 0, rejected: 0, outsideWindow: 0, bytes: 0, files: 0 },
    ]);
  });

  it('make a table with a line of sums', () => {
    expect(hourTable(rows).split('\n')).toEqual([
      'hour           status    events  rejected   bytes  files',
      '2026-01-01T00  complete  12,345         2  1.0 kB      1',
      '2026-01-01T01  empty          0         0     0 B      0',
      '2026-01-01T02  missing        0         0     0 B      0',
      '3 hours        2 landed  12,345         2  1.0 kB      1',
    ]);
  });
});
