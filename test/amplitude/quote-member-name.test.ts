import { describe, expect, it } from 'vitest';
import { quoteName } from '../../amplitude/quote-member-name.ts';

describe('a member’s name in a message', () => {
  it.each([
    ['7/7_2026-01-01_5#0.json.gz', '"7/7_2026-01-01_5#0.json.gz"'],
    ['', '""'],
    ['caf\u00e9 "\u6771\u4eac"', '"caf\u00e9 \\"\u6771\u4eac\\""'],
    ['a\nb\u001b[2J', '"a\\nb\\u001b[2J"'],
    ['\u009b2J\u007f\u202etxt', '"\\u{9b}2J\\u{7f}\\u{202e}txt"'],
    ['x'.repeat(80), `"${'x'.repeat(80)}"`],
    ['x'.repeat(65_535), `"${'x'.repeat(80)}..."`],
    ['\u0001'.repeat(60), `"${'\\u0001'.repeat(13)}..."`],
    [`${'x'.repeat(79)}"`, `"${'x'.repeat(79)}..."`],
    [`${'x'.repeat(79)}\u{1f600}`, `"${'x'.repeat(79)}..."`],
    [`${'x'.repeat(72)}\u{e0001}`, `"${'x'.repeat(72)}..."`],
  ])('%j is quoted, short, and without anything that a terminal obeys', (name, quoted) => {
    expect(quoteName(name)).toBe(quoted);
  });
});
