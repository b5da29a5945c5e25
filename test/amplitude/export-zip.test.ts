import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkArchive } from '../../amplitude/check-archive.ts';
import { ArchiveBroken } from '../../amplitude/errors.ts';
import { openMember, readZipMembers } from '../../amplitude/export-zip.ts';
import { archiveLimits } from '../../amplitude/limits.ts';
import { parseHour } from '../../amplitude/parse-hour.ts';
import { checksumFile } from '../../core/checksum.ts';
import { ExportError } from '../../core/errors.ts';
import { eventLine, gzipLines, temporaryFile, zipOf, type MemberSpec } from '../support/archives.ts';
import { collect } from '../local/sample-api/unpack.ts';
import { eventLines, rejectedRecords } from '../support/parts.ts';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const never = new AbortController().signal;

async function contentOf(members: readonly MemberSpec[]): Promise<Record<string, string>> {
  const path = await temporaryFile(zipOf(members));
  await checkArchive(path, never);
  const contents: [string, string][] = [];
  for (const member of await readZipMembers(path)) {
    contents.push([member.name, (await collect(openMember(path, member))).toString()]);
  }
  return Object.fromEntries(contents);
}

async function check(bytes: Uint8Array | string): Promise<number> {
  return checkArchive(await temporaryFile(bytes), never);
}

describe('an export zip', () => {
  it('gives its members in their order, stored and deflated ones alike', async () => {
    const members = [
      { name: 'b', bytes: Buffer.from('stored') },
      { name: 'a', bytes: Buffer.from('deflated'), deflated: true },
    ];
    const contents = await contentOf(members);
    expect(contents).toEqual({ b: 'stored', a: 'deflated' });
    expect(Object.keys(contents)).toEqual(['b', 'a']);
  });

  it('says where the bytes of a stored member are in the file', async () => {
    const zip = zipOf([{ bytes: Buffer.from('first') }, { bytes: Buffer.from('second') }]);
    const places = (await readZipMembers(await temporaryFile(zip))).map(({ dataStart, packedBytes }) =>
      zip.toString('utf8', dataStart, dataStart + packedBytes),
    );
    expect(places).toEqual(['first', 'second']);
  });

  it.each([
    '/etc/passwd',
    '../../up',
    'C:\\windows\\a.gz',
    'a\\b',
    './a',
    'a//b',
    'caf\u00e9/\u6771\u4eac#0.json.gz',
    'with\nnewline',
    '',
  ])('may name a member %j, since names are never used as paths', async (name) => {
    expect(await contentOf([{ name, bytes: Buffer.from('here') }])).toEqual({ [name]: 'here' });
  });

  it('may hold two members of one name', async () => {
    const twice = ['first', 'second'].map((text) => ({ name: 'same', bytes: Buffer.from(text) }));
    const members = await readZipMembers(await temporaryFile(zipOf(twice)));
    expect(members.map(({ name, bytes }) => [name, bytes])).toEqual([
      ['same', 5],
      ['same', 6],
    ]);
  });

  it('may hold folders, which are no members', async () => {
    const folder = { name: '7/', bytes: Buffer.alloc(0) };
    expect(await contentOf([folder, { name: '7/a', bytes: Buffer.from('a') }])).toEqual({ '7/a': 'a' });
  });

  it('keeps a member that has bytes although its name is a folder’s', async () => {
    expect(await contentOf([{ name: '7/', bytes: Buffer.from('a') }])).toEqual({ '7/': 'a' });
  });

  it('may hold empty members, and no member at all', async () => {
    expect(await contentOf([{ name: 'a', bytes: Buffer.alloc(0) }])).toEqual({ a: '' });
    expect(await check(zipOf([]))).toBe(0);
  });

  it.each([
    ['nothing', '', /no whole zip archive but empty/],
    ['a web page', '<!doctype html>\n<html><body>Please log in</body></html>', /but a web page/],
    ['an error as JSON', '{"error":"no"}', /but JSON/],
    ['a gzip file', gzipSync('a'), /no whole zip archive/],
    [
      'a zip with something after it',
      Buffer.concat([zipOf([{ bytes: Buffer.from('a') }]), Buffer.from('!')]),
      /no whole zip archive/,
    ],
  ])(
    'is broken when it is %s, and the message says what it looks like, not what it says',
    async (_name, bytes, message) => {
      await expect(check(bytes)).rejects.toThrow(ArchiveBroken);
      await expect(check(bytes)).rejects.toThrow(message);
    },
  );

  it.each<[string, Partial<MemberSpec>, RegExp]>([
    ['is encrypted', { deflated: true, claims: { flags: 1 } }, /encrypted/],
    ['is packed by another method', { claims: { method: 12 } }, /method 12/],
    ['has another CRC-32', { claims: { crc32: 1 } }, /CRC-32/],
    ['has more bytes than the directory says', { claims: { bytes: 3 } }, /size mismatch/],
    ['has fewer bytes than the directory says', { deflated: true, claims: { bytes: 3000 } }, /has \d+ bytes/],
    [
      'has far more bytes than the directory says',
      { bytes: Buffer.alloc(3_000_000), deflated: true, claims: { bytes: 3 } },
      /has (?!3000000)\d+ bytes or more/,
    ],
    ['says it is deflated, and is not', { claims: { method: 8 } }, /cannot be unpacked/],
    ['goes beyond the file', { claims: { packedBytes: 5000, bytes: 5000 } }, /directory is damaged/],
    ['begins beyond the file', { claims: { headerOffset: 5000 } }, /directory is damaged/],
  ])('is broken when a member %s', async (_name, spec, message) => {
    const zip = zipOf([{ bytes: gzipLines(eventLine(0)) }, { bytes: gzipLines(eventLine(1)), ...spec }]);
    await expect(check(zip)).rejects.toThrow(ArchiveBroken);
    await expect(check(zip)).rejects.toThrow(message);
  });

  it('is broken when members share bytes', async () => {
    const bytes = gzipLines(eventLine(0));
    const zip = zipOf([
      { bytes },
      { name: '7/7_2026-01-01_5#1.json.gz', bytes, claims: { headerOffset: 0 } },
    ]);
    await expect(check(zip)).rejects.toThrow(/overlaps/);
  });

  it('that is not there is the file system’s failure, not the archive’s', async () => {
    await expect(checkArchive('/nowhere/export.zip', never)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('is checked no further once the signal aborts', async () => {
    const path = await temporaryFile(zipOf([{ bytes: Buffer.alloc(100) }]));
    const reason = new Error('enough');
    await expect(checkArchive(path, AbortSignal.abort(reason))).rejects.toBe(reason);
  });
});

describe('a damaged archive gives all of its lines or a typed failure, never a part of them:', () => {
  const lines = ['{"a":0}', '{"a":1}', '{"a":2}'];
  const [a = '', b = '', c = ''] = lines;
  const whole = zipOf([
    { name: 'a', bytes: Buffer.concat([gzipLines(a), gzipLines(b)]) },
    { name: 'b', bytes: gzipLines(c, 'bad'), deflated: true },
  ]);
  const directoryStart = whole.indexOf('PK\x01\x02');
  const directoryEnd = whole.length - 22;
  let path = '';

  beforeEach(async () => {
    path = join(await mkdtemp(join(tmpdir(), 'amplitude-export-unit-')), 'export.zip');
  });

  afterEach(() => rm(dirname(path), { recursive: true }));

  /** What comes of an archive from extract's check and parse: its lines, or the type of the failure. */
  async function outcomeOf(bytes: Uint8Array): Promise<string> {
    await writeFile(path, bytes);
    const { sha256 } = await checksumFile(path);
    const task = { archive: path, folder: dirname(path), sha256, maxLineBytes: 1000, limits: archiveLimits };
    try {
      await checkArchive(path, never);
      const hour = await parseHour(task, () => undefined);
      const rejected = (await rejectedRecords(hour)).map((record) => record.bytes);
      return JSON.stringify({ events: await eventLines(hour), rejected });
    } catch (error) {
      if (error instanceof ExportError) return error.type;
      throw error;
    }
  }

  async function outcomeInverting(bit: number): Promise<string> {
    const bytes = Buffer.from(whole);
    bytes.writeUInt8(bytes.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
    return outcomeOf(bytes);
  }

  const complete = JSON.stringify({ events: lines, rejected: ['bad'] });
  const harmless = new Set([complete, 'ArchiveBroken', 'MemberCorrupt']);

  it('whole, it gives them all', async () => {
    expect(await outcomeOf(whole)).toBe(complete);
  });

  it('cut short at any byte', async () => {
    const outcomes = new Set<string>();
    for (let length = 0; length < whole.length; length += 1) {
      outcomes.add(await outcomeOf(whole.subarray(0, length)));
    }
    expect(outcomes).toEqual(new Set(['ArchiveBroken']));
  });

  it('with one bit inverted in any byte of its members', async () => {
    const outcomes = new Set<string>();
    for (let byte = 0; byte < directoryStart; byte += 1) {
      outcomes.add(await outcomeInverting(byte * 8 + ((byte * 3) % 8)));
    }
    expect([...outcomes].filter((outcome) => !harmless.has(outcome))).toEqual([]);
  });

  it('with one bit inverted in any byte of its directory', async () => {
    const outcomes = new Set<string>();
    for (let byte = directoryStart; byte < directoryEnd; byte += 1) {
      outcomes.add(await outcomeInverting(byte * 8 + ((byte * 3) % 8)));
      outcomes.add(await outcomeInverting(byte * 8));
    }
    expect([...outcomes].filter((outcome) => !harmless.has(outcome))).toEqual([]);
  });

  it('with any bit inverted in the record that ends its directory', async () => {
    const outcomes = new Set<string>();
    for (let bit = directoryEnd * 8; bit < whole.length * 8; bit += 1) {
      outcomes.add(await outcomeInverting(bit));
    }
    expect([...outcomes].filter((outcome) => !harmless.has(outcome))).toEqual([]);
  });

  it('with a directory that counts fewer members than it lists', async () => {
    for (const count of [0, 1]) {
      const bytes = Buffer.from(whole);
      bytes.writeUInt16LE(count, bytes.length - 12);
      expect(await outcomeOf(bytes)).toBe('ArchiveBroken');
    }
  });
});
