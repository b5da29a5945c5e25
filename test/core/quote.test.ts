import { describe, expect, it } from 'vitest';
import { quote } from '../../core/quote.ts';

describe('a text from the other side', () => {
  it.each([
    ['', ''],
    [' \r\n\t ', ''],
    ['one\r\ntwo\u0000\u001b[31mthree', ': "one two [31mthree"'],
    ['hidden \u202Eturn and \u200Bspace', ': "hidden turn and space"'],
  ])('is quoted on one line without control characters: %j', (text, quoted) => {
    expect(quote(text)).toBe(quoted);
  });

  it('is quoted in part when it is long', () => {
    expect(quote('x'.repeat(5000))).toBe(`: "${'x'.repeat(200)}"`);
  });
});
