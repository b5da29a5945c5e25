import type { Choices } from '../random.ts';

/**
 * Texts that JSON can spell in more than one way: raw and escaped letters, emoji either way, line separators that are
 * not newlines.
 */
export const texts: Choices<string> = [
  '"plain words"',
  '"caf\\u00e9 and café"',
  '"🎉 raw and \\ud83c\\udf89 escaped"',
  '"a \\"quoted\\" back\\\\slash and a slash \\/"',
  '"first line\\nsecond line\\ttabbed"',
  '"a line separator \u2028 and an escaped one \\u2028"',
  '"\\u003cscript\\u003e stays as it was written"',
  '""',
];

/** Numbers that would be spelled differently after a round trip through a JavaScript number. */
export const numbers: Choices<string> = ['1.0', '1e3', '0.10', '-0.0', '1E+2', '19.90', '6.02e23', '100'];
