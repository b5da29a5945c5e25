import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checksumFile, ChecksumMeter, type Checksums } from '../../core/checksum.ts';
import { temporaryFile } from '../support/archives.ts';

function checksumsOf(...chunks: readonly Uint8Array[]): Checksums {
  const meter = new ChecksumMeter();
  for (const chunk of chunks) meter.update(chunk);
  return meter.finish();
}

describe('the checksums of some bytes', () => {
  it('hold CRC-64/NVME as base64 of its big-endian bytes: the check value of its definition', async () => {
    const { crc64nvme } = checksumsOf(Buffer.from('123456789'));
    expect(Buffer.from(crc64nvme, 'base64').toString('hex')).toBe('ae8b14860a799888');
    expect(crc64nvme).toBe('rosUhgp5mIg=');
  });

  it('hold SHA-256 in hex and the number of bytes', async () => {
    const { sha256, bytes } = checksumsOf(Buffer.from('abc'));
    expect(sha256).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
    expect(bytes).toBe(3);
  });

  it('of nothing are those of nothing', async () => {
    expect(checksumsOf()).toEqual({
      bytes: 0,
      sha256: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
      crc64nvme: 'AAAAAAAAAAA=',
    });
  });

  it('do not depend on how the bytes are split into chunks', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.uint8Array()), async (chunks) => {
        const whole = Buffer.concat(chunks);
        expect(checksumsOf(...chunks)).toEqual(checksumsOf(whole));
        expect(checksumsOf(whole).sha256).toBe(createHash('sha256').update(whole).digest('hex'));
      }),
    );
  });

  it('of a file are those of its bytes', async () => {
    const bytes = Buffer.alloc(2_500_000, 'some bytes');
    expect(await checksumFile(await temporaryFile(bytes))).toEqual(checksumsOf(bytes));
  });

  it.each([
    [0, 5],
    [3, 7],
    [4, 0],
  ])('of a part of a file are those of that part: from %i on, %i bytes', async (start, bytes) => {
    const whole = Buffer.from('some bytes');
    const expected = checksumsOf(whole.subarray(start, start + bytes));
    expect(await checksumFile(await temporaryFile(whole), { start, bytes })).toEqual(expected);
  });

  it('of a missing file fail with the error of the file system', async () => {
    await expect(checksumFile('/nowhere/at/all')).rejects.toMatchObject({ code: 'ENOENT' });
  });
});
