import { describe, expect, it } from 'vitest';
import { readRange } from '../../core/read-range.ts';
import { temporaryFile } from '../support/archives.ts';

const whole = Buffer.from(Array.from({ length: 700_000 }, (_, index) => (index * 31) % 251));

async function read(start: number, bytes: number): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of readRange(await temporaryFile(whole), { start, bytes })) {
    pieces.push(Buffer.from(piece));
  }
  return Buffer.concat(pieces);
}

describe('a range of a file', () => {
  it.each([
    [0, 0],
    [0, 1],
    [5, 262_144],
    [699_999, 1],
    [3, 600_000],
    [0, 700_000],
  ])('is read from byte %i on, %i bytes', async (start, bytes) => {
    expect((await read(start, bytes)).equals(whole.subarray(start, start + bytes))).toBe(true);
  });

  it('ends where the file ends', async () => {
    expect((await read(600_000, Infinity)).equals(whole.subarray(600_000))).toBe(true);
    expect(await read(800_000, 10)).toEqual(Buffer.alloc(0));
  });

  it('fails with the error of the file system', async () => {
    await expect(readRange('/nowhere/at/all', { start: 0, bytes: 1 }).next()).rejects.toThrow('ENOENT');
  });
});
