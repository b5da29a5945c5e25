import { describe, expect, it } from 'vitest';
import { printable, printableJson } from '../../core/printable.ts';

describe('a text from outside', () => {
  it.each([
    ['caf\u00e9 \u6771\u4eac "x" \\ \u{1f600}', 'caf\u00e9 \u6771\u4eac "x" \\ \u{1f600}'],
    ['\u001b[2J\u0007\u007f', '\\u{1b}[2J\\u{7}\\u{7f}'],
    ['\u009b2J\u0085', '\\u{9b}2J\\u{85}'],
    ['gpj.\u202etxt\u2066\u061c', 'gpj.\\u{202e}txt\\u{2066}\\u{61c}'],
    ['a\nb\r\tc\u2028d\u2029', 'a\\u{a}b\\u{d}\\u{9}c\\u{2028}d\\u{2029}'],
    ['a\u200bb\ufeff\u{e0041}', 'a\\u{200b}b\\u{feff}\\u{e0041}'],
  ])('%j has nothing that a terminal obeys, and is on one line', (text, shown) => {
    expect(printable(text)).toBe(shown);
  });

  it('is the same JSON, of printable characters', () => {
    const value = { 'k\u202e': ['\u009b2J', '\u007f\u2028\u{e0041}', '\u001b\n', 'caf\u00e9 \u{1f600}'] };
    const json = printableJson(JSON.stringify(value));
    expect(JSON.parse(json)).toEqual(value);
    expect(json).toBe(String.raw`{"k\u202e":["\u009b2J","\u007f\u2028\udb40\udc41","\u001b\n","café 😀"]}`);
  });
});
