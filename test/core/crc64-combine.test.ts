import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ChecksumMeter } from '../../core/checksum.ts';
import { crc64Combine } from '../../core/crc64-combine.ts';

function crcOf(...pieces: readonly Uint8Array[]): string {
  const meter = new ChecksumMeter();
  for (const piece of pieces) meter.update(piece);
  return meter.finish().crc64nvme;
}

const bytes = fc.uint8Array({ maxLength: 5000 });

describe('the CRC of two byte strings in a row', () => {
  it('is the combination of their CRCs', () => {
    fc.assert(
      fc.property(bytes, bytes, (first, second) => {
        const combined = crc64Combine(crcOf(first), crcOf(second), second.length);
        expect(combined).toBe(crcOf(first, second));
      }),
    );
  });

  it('is combined in one way, however the bytes are cut', () => {
    fc.assert(
      fc.property(bytes, bytes, bytes, (first, second, third) => {
        const [a, b, c] = [crcOf(first), crcOf(second), crcOf(third)];
        const leftFirst = crc64Combine(crc64Combine(a, b, second.length), c, third.length);
        const rightFirst = crc64Combine(a, crc64Combine(b, c, third.length), second.length + third.length);
        expect(leftFirst).toBe(rightFirst);
      }),
    );
  });

  it('gives the check value of the catalogue of CRCs, of "123456789"', () => {
    const combined = crc64Combine(crcOf(Buffer.from('12345')), crcOf(Buffer.from('6789')), 4);
    expect(Buffer.from(combined, 'base64').toString('hex')).toBe('ae8b14860a799888');
  });

  it('is right for more bytes than 32 bits can count', () => {
    const mebibyte = 1024 * 1024;
    const [start, zeros] = [crcOf(Buffer.from('start')), crcOf(Buffer.alloc(mebibyte))];
    let [eightGib, length] = [zeros, mebibyte];
    for (let doubled = 0; doubled < 13; doubled += 1) {
      eightGib = crc64Combine(eightGib, eightGib, length);
      length *= 2;
    }
    let stepByStep = start;
    for (let count = 0; count < 8192; count += 1) stepByStep = crc64Combine(stepByStep, zeros, mebibyte);
    expect(crc64Combine(start, eightGib, length)).toBe(stepByStep);
  });
});
