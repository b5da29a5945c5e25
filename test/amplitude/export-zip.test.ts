import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { checkArchive } from '../../amplitude/check-archive.ts';
import { ArchiveBroken } from '../../amplitude/errors.ts';
import { readMember, readZipMembers } from '../../amplitude/export-zip.ts';
import { eventLine, gzipLines, temporaryFile, zipOf, type MemberSpec } from '../support/archives.ts';

const never = new AbortController().signal;

async function contentOf(members: readonly MemberSpec[]): Promise<Record<string, string>> {
  const path = await temporaryFile(zipOf(members));
  await checkArchive(path, never);
  const contents: [string, string][] = [];
  for (const member of await readZipMembers(path)) {
    contents.push([member.name, await textOf(readMember(path, member))]);
  }
  return Object.fromEntries(contents);
}

/** The pieces are copied: each is valid until the next one. */
async function textOf(pieces: AsyncIterable<Buffer>): Promise<string> {
  let text = '';
  for await (const piece of pieces) text += piece.toString('latin1');
  return text;
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
    ['nothing', '', /not a whole zip archive \(empty\)/],
    ['a web page', '<!doctype html>\n<html><body>Please log in</body></html>', /\(a web page\)/],
    ['an error as JSON', '{"error":"no"}', /\(JSON\)/],
    ['a gzip file', gzipSync('a'), /not a whole zip archive/],
    [
      'a zip with something after it',
      Buffer.concat([zipOf([{ bytes: Buffer.from('a') }]), Buffer.from('!')]),
      /not a whole zip archive/,
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
    [
      'has more bytes than the directory says',
      { claims: { bytes: 3 } },
      /#1.json.gz" is stored, but has \d+ bytes in the archive and 3 bytes unpacked/,
    ],
    ['has fewer bytes than the directory says', { deflated: true, claims: { bytes: 3000 } }, /has \d+ bytes/],
    [
      'has far more bytes than the directory says',
      { bytes: Buffer.alloc(3_000_000), deflated: true, claims: { bytes: 3 } },
      /has (?!3000000)\d+ bytes or more/,
    ],
    ['says it is deflated, and is not', { claims: { method: 8 } }, /cannot be unpacked/],
    ['goes beyond the file', { claims: { packedBytes: 5000, bytes: 5000 } }, /#1.json.gz" is not where/],
    ['begins beyond the file', { claims: { headerOffset: 5000 } }, /#1.json.gz" is not where/],
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
