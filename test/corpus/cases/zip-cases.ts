import { zipOf, type MemberSpec, type ZipForm } from '../../support/archives.ts';
import { CULPRIT, event, type CorpusCase } from '../corpus-case.ts';
import { storedDeflate, storedGzip } from '../packing.ts';

const first = { bytes: storedGzip(`${event(1)}\n`) };
const second = { bytes: storedGzip(`${event(2)}\n`) };
const culprit = { ...second, name: CULPRIT };

/** The positions of CRC-32 and sizes, and of the extra field's length, in the file's first local header. */
const LOCAL_SUMS = { start: 14, end: 26 };
const LOCAL_EXTRA_LENGTH = 28;

function zip(name: string, members: readonly MemberSpec[], form?: ZipForm): CorpusCase {
  return { name, bytes: zipOf(members, form) };
}

function refused(name: string, says: RegExp, changes: Partial<MemberSpec>): CorpusCase {
  return { name: `refused-ArchiveBroken--${name}`, bytes: zipOf([first, { ...culprit, ...changes }]), says };
}

function file(name: string, says: RegExp, bytes: Uint8Array | string): CorpusCase {
  return { name: `refused-ArchiveBroken--${name}`, bytes: Buffer.from(bytes), says };
}

const whole = zipOf([first, second]);
const whole64 = zipOf([first, second], { zip64: true });

/** Archives: the records of the zip format. */
export const zipCases: readonly CorpusCase[] = [
  zip('lands-2-events--stored-members', [first, second]),
  zip('lands-1-event--deflated-by-the-zip', [
    { ...first, packed: storedDeflate(first.bytes), claims: { method: 8 } },
  ]),
  { name: 'lands-1-event--sizes-after-the-member', bytes: withDescriptor() },
  zip('lands-2-events--two-members-with-the-same-name', [
    { ...first, name: 'same' },
    { ...second, name: 'same' },
  ]),
  zip('lands-1-event--folders', [
    { name: '7/', bytes: Buffer.alloc(0) },
    { ...first, name: '7/a.json.gz' },
  ]),
  { name: 'lands-1-event--folder-that-points-into-a-member', bytes: folderWithinMember() },
  zip('lands-0-events--no-members', []),
  zip('lands-2-events--zip64', [first, second], { zip64: true }),
  zip('lands-1-event--comment', [first], { comment: 'made by hand' }),

  file('no-bytes', /is not a whole zip archive \(empty\)/, ''),
  file('web-page', /is not a whole zip archive \(a web page\)/, '<html>Please log in</html>'),
  file('cut-short', /is not a whole zip archive \(cut short\)/, whole.subarray(0, -30)),
  file('bytes-after-the-zip', /Invalid comment length/, Buffer.concat([whole, Buffer.from('more')])),
  file('bytes-before-the-zip', /directory is damaged/, Buffer.concat([Buffer.from('more'), whole])),
  file('whole-zip-twice', /counts 2 members, but does not end after them/, Buffer.concat([whole, whole])),
  file('directory-twice', /counts 2 members, but does not end after them/, directoryTwice()),
  file(
    'directory-counts-too-few',
    /counts 1 members, but does not end after them/,
    zipOf([first, second], { count: 1 }),
  ),
  file('directory-counts-too-many', /damaged after 2 members/, zipOf([first, second], { count: 3 })),
  file('zip64-end-beyond-any-file', /is not a whole zip archive/, pointing(whole64, 'PK\x06\x07', 8)),
  file('zip64-directory-beyond-any-file', /damaged after 0 members/, pointing(whole64, 'PK\x06\x06', 48)),
  file('strong-encryption', /strong encryption/, zipOf([first, { ...second, claims: { flags: 0x41 } }])),

  refused('wrong-zip-crc', /does not match its CRC-32/, { claims: { crc32: 1 } }),
  refused('folder-with-a-crc', /does not match its CRC-32/, {
    name: `${CULPRIT}/`,
    bytes: Buffer.alloc(0),
    claims: { crc32: 8 },
  }),
  refused('fewer-bytes-than-claimed', /has \d+ bytes or more, but its directory entry says 999/, {
    packed: storedDeflate(second.bytes),
    claims: { method: 8, bytes: 999 },
  }),
  refused('more-bytes-than-claimed', /has \d+ bytes or more, but its directory entry says 9/, {
    packed: storedDeflate(second.bytes),
    claims: { method: 8, bytes: 9 },
  }),
  refused('stored-member-with-two-sizes', /is stored, but has/, { claims: { bytes: 9 } }),
  refused('deflate-data-damaged', /cannot be unpacked: invalid/, { claims: { method: 8 } }),
  refused('encrypted', /is encrypted/, { claims: { flags: 1 } }),
  refused('unknown-packing-method', /is packed by method 12/, { claims: { method: 12 } }),
  refused('two-members-with-the-same-bytes', /overlaps another/, {
    bytes: first.bytes,
    claims: { headerOffset: 0 },
  }),
  { ...overlapping(), says: /overlaps another/ },
  refused('member-beyond-the-file', /is not where the directory says/, { claims: { headerOffset: 5000 } }),
  refused('member-without-a-local-header', /is not where the directory says/, {
    claims: { headerOffset: 3 },
  }),
];

/** A member as a streaming writer writes it: CRC-32 and sizes after it, zeros before it. Source: APPNOTE.TXT 4.4.4, bit 3. */
function withDescriptor(): Buffer {
  const packed = Buffer.concat([first.bytes, Buffer.from('PK\x07\x08'), Buffer.alloc(12)]);
  const bytes = zipOf([{ ...first, packed, claims: { flags: 8, packedBytes: first.bytes.length } }]);
  return bytes.fill(0, LOCAL_SUMS.start, LOCAL_SUMS.end);
}

/** A folder without bytes, whose local header claims a long extra field: its end is inside the next member. */
function folderWithinMember(): Buffer {
  const bytes = zipOf([
    { name: '7/', bytes: Buffer.alloc(0) },
    { ...first, name: '7/a.json.gz' },
  ]);
  bytes.writeUInt16LE(64, LOCAL_EXTRA_LENGTH);
  return bytes;
}

/** An archive with a second copy of the directory and its end record. */
function directoryTwice(): Buffer {
  return Buffer.concat([whole, whole.subarray(whole.indexOf('PK\x01\x02'))]);
}

/** Two members, of which the second is inside the bytes of the first. */
function overlapping(): CorpusCase {
  const inner = zipOf([second]).subarray(0, second.bytes.length + 60);
  const outer = storedGzip(Buffer.concat([Buffer.from('\n'), inner]));
  const headerOffset = zipOf([{ bytes: outer }]).indexOf('PK\x03\x04', 4);
  return {
    name: 'refused-ArchiveBroken--member-within-another',
    bytes: zipOf([{ bytes: outer }, { ...culprit, claims: { headerOffset } }]),
  };
}

/** The archive with the largest 64-bit number as an offset, in the record with this signature. */
function pointing(zip: Buffer, signature: string, field: number): Buffer {
  const bytes = Buffer.from(zip);
  bytes.writeBigUInt64LE(0xffff_ffff_ffff_ffffn, bytes.indexOf(signature) + field);
  return bytes;
}
