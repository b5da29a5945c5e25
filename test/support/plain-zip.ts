import { crc32, inflateRawSync } from 'node:zlib';

/** A member as the directory lists it. */
export interface PlainMember {
  readonly name: string;
  readonly bytes: Buffer;
}

/** Inflating a member stops at this many unpacked bytes. */
const MAX_BYTES = 64 * 1024 * 1024;

/**
 * The members of a zip that are not folders, read by a second, simple reader, to compare with the one under test.
 * Source: APPNOTE.TXT 6.3, section 4.3. @throws any error when the zip is not whole
 */
export function plainUnzip(zip: Buffer): PlainMember[] {
  const { count, start, end } = directoryOf(zip);
  const members: PlainMember[] = [];
  const places: { start: number; end: number }[] = [];
  let at = start;
  for (let index = 0; index < count; index += 1) {
    demand(zip.readUInt32LE(at) === 0x02014b50, 'no directory entry');
    const nameEnd = at + 46 + zip.readUInt16LE(at + 28);
    const extraEnd = nameEnd + zip.readUInt16LE(at + 30);
    const name = zip.toString('utf8', at + 46, nameEnd);
    const entry = readEntry(zip, at, zip.subarray(nameEnd, extraEnd));
    if (!(name.endsWith('/') && entry.bytes === 0 && entry.crc32 === 0)) {
      members.push({ name, bytes: memberBytes(zip, entry) });
      places.push(entry);
    }
    at = extraEnd + zip.readUInt16LE(at + 32);
  }
  demand(at === end, 'other entries than are counted');
  places.sort((a, b) => a.start - b.start || a.end - b.end);
  demand(
    places.every((place, index) => place.start >= (places[index - 1]?.end ?? 0)),
    'members that share bytes',
  );
  return members;
}

function directoryOf(zip: Buffer): { count: number; start: number; end: number } {
  const end = zip.lastIndexOf('PK\x05\x06');
  demand(end !== -1 && end + 22 + zip.readUInt16LE(end + 20) === zip.length, 'no end of directory');
  if (end < 20 || zip.readUInt32LE(end - 20) !== 0x07064b50)
    return { count: zip.readUInt16LE(end + 10), start: zip.readUInt32LE(end + 16), end };
  const end64 = uint64(zip, end - 12);
  demand(zip.readUInt32LE(end64) === 0x06064b50, 'no end of a zip64 directory');
  return { count: uint64(zip, end64 + 32), start: uint64(zip, end64 + 48), end: end64 };
}

/** The values of a directory entry, and the position of the member's bytes. */
interface Entry {
  readonly method: number;
  readonly crc32: number;
  readonly bytes: number;
  readonly start: number;
  readonly end: number;
}

function readEntry(zip: Buffer, at: number, extra: Buffer): Entry {
  const elsewhere = zip64Values(extra);
  const [bytes, packedBytes, header] = [24, 20, 42].map((field) => {
    const value = zip.readUInt32LE(at + field);
    return value === 0xffffffff ? (elsewhere.shift() ?? value) : value;
  }) as [number, number, number];
  demand(zip.readUInt32LE(header) === 0x04034b50, 'no local header');
  const start = header + 30 + zip.readUInt16LE(header + 26) + zip.readUInt16LE(header + 28);
  return {
    method: zip.readUInt16LE(at + 10),
    crc32: zip.readUInt32LE(at + 16),
    bytes,
    start,
    end: start + packedBytes,
  };
}

function memberBytes(zip: Buffer, entry: Entry): Buffer {
  demand(entry.end <= zip.length, 'a member beyond the file');
  const packed = zip.subarray(entry.start, entry.end);
  demand(entry.method === 0 || entry.method === 8, 'another method');
  const unpacked = entry.method === 0 ? packed : inflate(packed).bytes;
  demand(unpacked.length === entry.bytes, 'another size');
  demand(crc32(unpacked) === entry.crc32, 'another CRC-32');
  return unpacked;
}

function zip64Values(extra: Buffer): number[] {
  for (let at = 0; at + 4 <= extra.length; at += 4 + extra.readUInt16LE(at + 2)) {
    if (extra.readUInt16LE(at) !== 1) continue;
    const values = extra.subarray(at + 4, at + 4 + extra.readUInt16LE(at + 2));
    return Array.from({ length: values.length >> 3 }, (_, index) => uint64(values, 8 * index));
  }
  return [];
}

/** Unpacks gzip data, stream by stream. Source: RFC 1952. @throws any error when it is not whole */
export function plainGunzip(gzip: Buffer): Buffer {
  const pieces: Buffer[] = [];
  let at = 0;
  do {
    at += headerBytes(gzip.subarray(at));
    const { bytes, packedBytes } = inflate(gzip.subarray(at));
    at += packedBytes;
    demand(gzip.readUInt32LE(at) === crc32(bytes), 'another CRC-32');
    demand(gzip.readUInt32LE(at + 4) === bytes.length, 'another size');
    at += 8;
    pieces.push(bytes);
  } while (at < gzip.length);
  return Buffer.concat(pieces);
}

function headerBytes(gzip: Buffer): number {
  demand(gzip.readUInt16LE(0) === 0x8b1f && gzip.readUInt8(2) === 8, 'no gzip header');
  const flags = gzip.readUInt8(3);
  demand((flags & 0xe0) === 0, 'an unknown flag');
  let at = 10;
  if ((flags & 4) !== 0) at += 2 + gzip.readUInt16LE(at);
  for (const text of [8, 16]) {
    if ((flags & text) === 0) continue;
    const end = gzip.indexOf(0, at);
    demand(end !== -1, 'an endless name');
    at = end + 1;
  }
  if ((flags & 2) !== 0) {
    demand(gzip.readUInt16LE(at) === (crc32(gzip.subarray(0, at)) & 0xffff), 'another header CRC');
    at += 2;
  }
  return at;
}

/** Inflates up to the end of the deflate data. Returns also its length in bytes. */
function inflate(packed: Buffer): { bytes: Buffer; packedBytes: number } {
  const options = { info: true, maxOutputLength: MAX_BYTES };
  // The type declaration does not have `info`.
  const { buffer, engine } = inflateRawSync(packed, options) as unknown as {
    buffer: Buffer;
    engine: { bytesWritten: number };
  };
  return { bytes: buffer, packedBytes: engine.bytesWritten };
}

function uint64(bytes: Buffer, at: number): number {
  return Number(bytes.readBigUInt64LE(at));
}

function demand(holds: boolean, what: string): void {
  if (!holds) throw new Error(what);
}
