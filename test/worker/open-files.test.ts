import { describe, expect, it } from 'vitest';
import { filesNeeded, fewFilesWarning, readFileLimit } from '../../worker/open-files.ts';

/** The beginning of the real text of Linux. */
const limits = (
  soft: string,
): string => `Limit                     Soft Limit           Hard Limit           Units     
Max processes             63441                63441                processes 
Max open files            ${soft.padEnd(20)} 524288               files     
Max locked memory         8388608              8388608              bytes     
`;

describe('the limit of open files', () => {
  it.each([
    ['1024', 1024],
    ['1048576', 1_048_576],
    ['unlimited', Infinity],
  ])('is the soft one: %s', (soft, limit) => {
    expect(readFileLimit(limits(soft))).toBe(limit);
  });

  it('is not known from another text', () => {
    expect(readFileLimit('')).toBeUndefined();
    expect(fewFilesWarning(undefined, 100)).toBeUndefined();
  });

  it('is enough at its usual value for as many hours as fit in it', () => {
    expect(filesNeeded(4)).toBeLessThan(256);
    expect(fewFilesWarning(1024, 50)).toBeUndefined();
    expect(fewFilesWarning(1024, 100)).toMatch(/1024.*HOURS_PER_WORKER=100 needs 1700/);
    expect(fewFilesWarning(filesNeeded(4), 4)).toBeUndefined();
    expect(fewFilesWarning(filesNeeded(4) - 1, 4)).toMatch(/"ulimit -n 164"/);
  });
});
