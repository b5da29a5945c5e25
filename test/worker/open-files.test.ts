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
    expect(fewFilesWarning(undefined, { hoursPerWorker: 100, parseThreads: 64 })).toBeUndefined();
  });

  it('is enough at its usual value for as many hours and threads as fit in it', () => {
    const usual = { hoursPerWorker: 4, parseThreads: 4 };
    expect(filesNeeded(usual)).toBeLessThan(256);
    expect(fewFilesWarning(1024, { hoursPerWorker: 100, parseThreads: 7 })).toBeUndefined();
    expect(fewFilesWarning(1024, { hoursPerWorker: 100, parseThreads: 64 })).toMatch(
      /1024.*HOURS_PER_WORKER=100 with PARSE_THREADS=64 needs 1924/,
    );
    expect(fewFilesWarning(filesNeeded(usual), usual)).toBeUndefined();
    expect(fewFilesWarning(filesNeeded(usual) - 1, usual)).toMatch(/"ulimit -n 196"/);
  });
});
