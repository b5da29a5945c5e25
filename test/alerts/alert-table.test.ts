import { expect, it } from 'vitest';
import { alertTable, areAsExpected } from './alert-table.ts';

const good = { alert: 'Good', fault: 'a fault', firedAfter: 2.4, clearedAfter: 13.6 };
const problem = 'it never fired';

it('a run is as expected when each alert fired and cleared', () => {
  expect(areAsExpected([good, good])).toBe(true);
  expect(areAsExpected([])).toBe(false);
  expect(areAsExpected([good, { ...good, problem }])).toBe(false);
  expect(areAsExpected([{ alert: 'Half', fault: 'a fault', firedAfter: 1 }])).toBe(false);
});

it('the table says which alerts were not', () => {
  expect(alertTable([good, { alert: 'Bad', fault: 'another fault', problem }]).split('\n')).toEqual([
    'alert  brought about by  fired after  cleared after  as expected',
    'Good   a fault                   2 s           14 s  yes',
    'Bad    another fault               -              -  NO: it never fired',
  ]);
});
