import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EMPTY_DIGEST, LinesDigest } from '../../amplitude/digest.ts';
import { xxh64 } from './xxh64.ts';

function digestOf(lines: readonly (string | Uint8Array)[]): string {
  const digest = new LinesDigest();
  for (const line of lines) digest.addPiece(Buffer.from(line), true);
  return digest.toString();
}

const lines = fc.array(fc.uint8Array({ maxLength: 80 }), { maxLength: 12 });

describe('XXH64, as the tests reckon it', () => {
  it.each([
    ['', 0n, 'ef46db3751d8e999'],
    ['', 1n, 'd5afba1336a3be4b'],
    ['a', 0n, 'd24ec4f1a98c6e5b'],
    ['a', 1n, 'dec2bc81c3cd46c6'],
    ['abc', 0n, '44bc2cf5ad770999'],
    ['xxhash', 20141025n, 'b559b98d844e0635'],
  ])('of %j with seed %d is what the specification and its ports publish', (text, seed, hex) => {
    expect(xxh64(Buffer.from(text), seed).toString(16)).toBe(hex);
  });
});

describe('the digest of lines', () => {
  it('of one line is its two hashes', () => {
    expect(digestOf([''])).toBe('xxh64x2:ef46db3751d8e999d5afba1336a3be4b');
    expect(digestOf(['a'])).toBe('xxh64x2:d24ec4f1a98c6e5bdec2bc81c3cd46c6');
    expect(digestOf(['abc'])).toMatch(/^xxh64x2:44bc2cf5ad770999/);
  });

  it('is read from its text', () => {
    fc.assert(
      fc.property(lines, (lines) => {
        expect(LinesDigest.parse(digestOf(lines)).toString()).toBe(digestOf(lines));
      }),
    );
  });

  it('of no line is zero', () => {
    expect(EMPTY_DIGEST).toBe(`xxh64x2:${'0'.repeat(32)}`);
  });

  it('is the sums modulo 2^64 of XXH64 with seeds 0 and 1, in 32 hex digits', () => {
    fc.assert(
      fc.property(lines, (lines) => {
        const sums = [0n, 1n].map((seed) => lines.reduce((sum, line) => sum + xxh64(line, seed), 0n));
        const hex = sums.map((sum) => BigInt.asUintN(64, sum).toString(16).padStart(16, '0')).join('');
        expect(digestOf(lines)).toBe(`xxh64x2:${hex}`);
      }),
    );
  });

  it('does not depend on the order', () => {
    const shuffled = lines.chain((lines) =>
      fc.tuple(fc.constant(lines), fc.shuffledSubarray(lines, { minLength: lines.length })),
    );
    fc.assert(
      fc.property(shuffled, ([lines, others]) => {
        expect(digestOf(others)).toBe(digestOf(lines));
      }),
    );
  });

  it('counts a line that comes twice twice, and three times three times', () => {
    const digests = [0, 1, 2, 3, 4].map((count) => digestOf(Array.from({ length: count }, () => 'same')));
    expect(new Set(digests).size).toBe(5);
  });

  it('tells two lines from the same bytes in one', () => {
    expect(digestOf(['a', 'b'])).not.toBe(digestOf(['ab']));
    expect(digestOf(['a', ''])).not.toBe(digestOf(['a']));
  });

  it('of a line in pieces is that of the whole line, and lines between do not mix with it', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 50 })), lines, (pieces, others) => {
        const digest = new LinesDigest();
        for (const line of others) digest.addPiece(line, true);
        for (const piece of pieces) digest.addPiece(piece, false);
        digest.addPiece(Buffer.from('end'), true);
        for (const line of others) digest.addPiece(line, true);
        const whole = Buffer.concat([...pieces, Buffer.from('end')]);
        expect(digest.toString()).toBe(digestOf([whole, ...others, ...others]));
      }),
    );
  });

  it('of two long lines one after the other is that of both', () => {
    const digest = new LinesDigest();
    for (const line of ['first', 'second']) {
      digest.addPiece(Buffer.from(line), false);
      digest.addPiece(Buffer.alloc(0), true);
    }
    expect(digest.toString()).toBe(digestOf(['first', 'second']));
  });

  it('of two digests merged is that of all their lines', () => {
    fc.assert(
      fc.property(lines, lines, (some, others) => {
        const digest = new LinesDigest();
        for (const line of some) digest.addPiece(line, true);
        const other = new LinesDigest();
        for (const line of others) other.addPiece(line, true);
        digest.merge(other);
        expect(digest.toString()).toBe(digestOf([...some, ...others]));
      }),
    );
  });
});
