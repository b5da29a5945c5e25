import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { ArchiveLimitsExceeded, MemberCorrupt } from '../../amplitude/errors.ts';
import { readZipMembers } from '../../amplitude/export-zip.ts';
import { gunzipMember } from '../../amplitude/gunzip.ts';
import { archiveLimits, type ArchiveLimits } from '../../amplitude/limits.ts';
import { temporaryFile, zipOf } from '../support/archives.ts';

const MIB = 1024 * 1024;

interface Unpacked {
  readonly text: string;
  readonly packed: Buffer;
  readonly unpackedBytes: number;
}

/** Unpacks a member that has these bytes; the text so far is told even when it fails. */
async function unpack(
  bytes: Uint8Array,
  limits: Partial<ArchiveLimits> = {},
  deflated = false,
): Promise<Unpacked> {
  const path = await temporaryFile(zipOf([{ name: 'the member', bytes, deflated }]));
  const texts: string[] = [];
  const packed: Buffer[] = [];
  for (const member of await readZipMembers(path)) {
    const { unpackedBytes } = await gunzipMember(
      path,
      member,
      { ...archiveLimits, ...limits },
      {
        packed: (chunk) => packed.push(Buffer.from(chunk)),
        unpacked: (chunk) => texts.push(chunk.toString('latin1')),
      },
    );
    return { text: texts.join(''), packed: Buffer.concat(packed), unpackedBytes };
  }
  throw new Error('the zip has no member');
}

const first = gzipSync('first\n');
const second = gzipSync('second\n');
const zeros = Buffer.alloc(16);

describe('a member', () => {
  it.each([true, false])(
    'gives what it unpacks to, and its own gzip bytes (deflated by the zip: %s)',
    async (deflated) => {
      const { text, packed, unpackedBytes } = await unpack(first, {}, deflated);
      expect(text).toBe('first\n');
      expect(packed).toEqual(first);
      expect(unpackedBytes).toBe(6);
    },
  );

  it('may be several gzip streams, empty ones too', async () => {
    const streams = [first, gzipSync(''), second, second];
    expect((await unpack(Buffer.concat(streams))).text).toBe('first\nsecond\nsecond\n');
  });

  it('may be thousands of gzip streams, cut by reads anywhere', async () => {
    const many = Buffer.concat(Array.from({ length: 60_000 }, () => first));
    expect(many.length).toBeGreaterThan(MIB);
    expect((await unpack(many)).text).toBe('first\n'.repeat(60_000));
  });

  it('may unpack to nothing', async () => {
    expect((await unpack(gzipSync(''))).unpackedBytes).toBe(0);
  });

  it.each([
    ['nothing at all', Buffer.alloc(0)],
    ['no gzip data', Buffer.from('{"uuid":"1"}\n')],
    ['zeros only', zeros],
    ['followed by garbage', Buffer.concat([first, Buffer.from('garbage')])],
    ['followed by one more byte', Buffer.concat([first, Buffer.from([1])])],
    ['followed by one zero', Buffer.concat([first, zeros.subarray(0, 1)])],
    ['followed by zeros', Buffer.concat([first, zeros])],
    ['followed by zeros and a further stream', Buffer.concat([first, zeros, second])],
    ['followed by the beginning of a stream', Buffer.concat([first, second.subarray(0, 3)])],
    [
      'followed by zeros up to the end of a read and a further stream',
      Buffer.concat([first, Buffer.alloc(MIB - first.length), second]),
    ],
    [
      'followed by zeros up to the end of a read and much more',
      Buffer.concat([
        first,
        Buffer.alloc(MIB - first.length),
        ...Array.from({ length: 200_000 }, () => second),
      ]),
    ],
    ['a stream of the length that a read has, then zeros', Buffer.concat([streamOfLength(MIB), zeros])],
    [
      'a stream of the length that a read has, then zeros and a further stream',
      Buffer.concat([streamOfLength(MIB), zeros, second]),
    ],
  ])('is corrupt when it is %s', async (_name, bytes) => {
    await expect(unpack(bytes)).rejects.toThrow(MemberCorrupt);
    await expect(unpack(bytes)).rejects.toThrow(/"the member"/);
  });

  it('is corrupt when it is cut short at any byte but between two streams', async () => {
    const whole = Buffer.concat([first, second]);
    const texts = new Map<number, string>();
    for (let length = 0; length <= whole.length; length += 1) {
      const result = await unpack(whole.subarray(0, length)).catch((error: unknown) => error);
      if (result instanceof MemberCorrupt) continue;
      texts.set(length, (result as Unpacked).text);
    }
    expect(Object.fromEntries(texts)).toEqual({
      [first.length]: 'first\n',
      [whole.length]: 'first\nsecond\n',
    });
  });

  it('is corrupt, or the same, when any bit of it is another', async () => {
    const texts = new Set<string>();
    for (let bit = 0; bit < first.length * 8; bit += 1) {
      const bytes = Buffer.from(first);
      bytes.writeUInt8(bytes.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
      const result = await unpack(bytes).catch((error: unknown) => error);
      texts.add(result instanceof MemberCorrupt ? 'corrupt' : (result as Unpacked).text);
    }
    expect(texts).toEqual(new Set(['corrupt', 'first\n']));
  });

  it('that makes its tap fail, fails with the tap’s own error', async () => {
    const path = await temporaryFile(zipOf([{ bytes: first }]));
    const failure = new Error('the tap is closed');
    for (const member of await readZipMembers(path)) {
      const tap = {
        unpacked: () => {
          throw failure;
        },
      };
      await expect(gunzipMember(path, member, archiveLimits, tap)).rejects.toBe(failure);
    }
  });
});

describe('the limits of a member', () => {
  const zerosByMillions = gzipSync(Buffer.alloc(2 * MIB));

  it('are not met by an honest one', async () => {
    expect((await unpack(zerosByMillions)).unpackedBytes).toBe(2 * MIB);
    expect((await unpack(zerosByMillions, { memberBytes: 2 * MIB })).unpackedBytes).toBe(2 * MIB);
  });

  it('stop one that unpacks to too much', async () => {
    const result = unpack(zerosByMillions, { memberBytes: 2 * MIB - 1 });
    await expect(result).rejects.toThrow(ArchiveLimitsExceeded);
    await expect(result).rejects.toThrow(/over 2097151 bytes/);
  });

  it('stop one that unpacks to too many times its size, once it has given enough to tell', async () => {
    const ratio = { ratio: 100, ratioFromBytes: MIB };
    await expect(unpack(zerosByMillions, ratio)).rejects.toThrow(ArchiveLimitsExceeded);
    await expect(unpack(zerosByMillions, ratio)).rejects.toThrow(/100 times its size/);
    expect((await unpack(zerosByMillions, { ratio: 100, ratioFromBytes: 2 * MIB })).unpackedBytes).toBe(
      2 * MIB,
    );
  });
});

/** A gzip stream of exactly that many bytes, by way of a file name in its header. Source: RFC 1952, 2.3. */
function streamOfLength(bytes: number): Buffer {
  const plain = gzipSync('first\n');
  const header = Buffer.from(plain.subarray(0, 10));
  header.writeUInt8(0x08, 3);
  const name = Buffer.alloc(bytes - plain.length, 'n');
  name.writeUInt8(0, name.length - 1);
  const stream = Buffer.concat([header, name, plain.subarray(10)]);
  if (gunzipSync(stream).toString() !== 'first\n') throw new Error('no gzip stream');
  return stream;
}
