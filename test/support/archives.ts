import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32, deflateRawSync, gzipSync } from 'node:zlib';
import { onTestFinished } from 'vitest';

/** A member to write into a zip. All fields but `bytes` have the values of an honest archive by default. */
export interface MemberSpec {
  readonly name?: string;
  /** The member itself: a gzip file, in an export. */
  readonly bytes: Uint8Array;
  readonly deflated?: boolean;
  /** The packed bytes in the zip, in place of those that `bytes` pack to. */
  readonly packed?: Uint8Array;
  /** Values in the headers that differ from the truth. */
  readonly claims?: {
    readonly method?: number;
    readonly flags?: number;
    readonly crc32?: number;
    readonly bytes?: number;
    readonly packedBytes?: number;
    readonly headerOffset?: number;
    /** The file's type and permissions, in the form of the system that packed it. */
    readonly attributes?: number;
  };
}

const LOCAL_HEADER = 0x04034b50;
const DIRECTORY_ENTRY = 0x02014b50;
const END_OF_DIRECTORY = 0x06054b50;
const ZIP64_END_OF_DIRECTORY = 0x06064b50;
const ZIP64_END_LOCATOR = 0x07064b50;
const ZIP64_FIELD = 0x0001;
/** In place of a size or an offset: it is in the zip64 field. */
const ELSEWHERE = 0xffffffff;

/** How the archive is written, beyond its members. */
export interface ZipForm {
  /** With the records for sizes and offsets beyond 32 bits, although they are small. */
  readonly zip64?: boolean;
  readonly comment?: string;
  /** The number of members that the directory claims to list. */
  readonly count?: number;
}

/** A zip of these members, built byte by byte, since no zip library writes odd ones. Source: APPNOTE.TXT 6.3, section 4.3. */
export function zipOf(members: readonly MemberSpec[], form: ZipForm = {}): Buffer {
  const { zip64 = false, comment = '', count = members.length } = form;
  const files: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [index, member] of members.entries()) {
    const { name = `7/7_2026-01-01_5#${index}.json.gz`, bytes, deflated, claims } = member;
    const nameBytes = Buffer.from(name);
    const packed = member.packed ?? (deflated === true ? deflateRawSync(bytes) : bytes);
    const sizes = [claims?.bytes ?? bytes.length, claims?.packedBytes ?? packed.length];
    const headerOffset = claims?.headerOffset ?? offset;
    const common = Buffer.alloc(26);
    common.writeUInt16LE(zip64 ? 45 : 20, 0);
    common.writeUInt16LE(claims?.flags ?? 0, 2);
    common.writeUInt16LE(claims?.method ?? (deflated === true ? 8 : 0), 4);
    common.writeUInt32LE(claims?.crc32 ?? crc32(bytes), 10);
    common.writeUInt32LE(zip64 ? ELSEWHERE : (sizes[1] ?? 0), 14);
    common.writeUInt32LE(zip64 ? ELSEWHERE : (sizes[0] ?? 0), 18);
    common.writeUInt16LE(nameBytes.length, 22);
    const extra = zip64 ? zip64Field(sizes) : Buffer.alloc(0);
    common.writeUInt16LE(extra.length, 24);
    const local = Buffer.concat([uint32(LOCAL_HEADER), common, nameBytes, extra, packed]);
    files.push(local);
    const directoryExtra = zip64 ? zip64Field([...sizes, headerOffset]) : Buffer.alloc(0);
    common.writeUInt16LE(directoryExtra.length, 24);
    const place = Buffer.alloc(14);
    place.writeUInt32LE(claims?.attributes ?? 0, 6);
    place.writeUInt32LE(zip64 ? ELSEWHERE : headerOffset, 10);
    directory.push(
      uint32(DIRECTORY_ENTRY),
      Buffer.from([20, 3]),
      Buffer.concat([common, place, nameBytes, directoryExtra]),
    );
    offset += local.length;
  }
  const directoryBytes = Buffer.concat(directory).length;
  const end = Buffer.alloc(18);
  end.writeUInt16LE(zip64 ? 0xffff : count, 4);
  end.writeUInt16LE(zip64 ? 0xffff : count, 6);
  end.writeUInt32LE(zip64 ? ELSEWHERE : directoryBytes, 8);
  end.writeUInt32LE(zip64 ? ELSEWHERE : offset, 12);
  end.writeUInt16LE(comment.length, 16);
  return Buffer.concat([
    ...files,
    ...directory,
    ...(zip64 ? zip64End(count, directoryBytes, offset) : []),
    uint32(END_OF_DIRECTORY),
    end,
    Buffer.from(comment),
  ]);
}

/** Sizes and offsets as a zip64 extra field. Source: APPNOTE.TXT 6.3, section 4.5.3. */
function zip64Field(values: readonly number[]): Buffer {
  const head = Buffer.alloc(4);
  head.writeUInt16LE(ZIP64_FIELD, 0);
  head.writeUInt16LE(8 * values.length, 2);
  return Buffer.concat([head, ...values.map(uint64)]);
}

/** The end of a zip64 directory, and its locator. Source: APPNOTE.TXT 6.3, sections 4.3.14 and 4.3.15. */
function zip64End(count: number, directoryBytes: number, directoryStart: number): Buffer[] {
  return [
    uint32(ZIP64_END_OF_DIRECTORY),
    uint64(44),
    Buffer.from([45, 0, 45, 0]),
    Buffer.alloc(8),
    ...[count, count, directoryBytes, directoryStart].map(uint64),
    uint32(ZIP64_END_LOCATOR),
    uint32(0),
    uint64(directoryStart + directoryBytes),
    uint32(1),
  ];
}

/** A very small event line. */
export function eventLine(number: number): string {
  return `{"uuid":"${number}","server_upload_time":"2026-01-01 05:00:0${number % 10}.000000"}`;
}

/** A member of these lines, each ended by a newline. */
export function gzipLines(...lines: readonly string[]): Buffer {
  return gzipSync(lines.map((line) => `${line}\n`).join(''));
}

/** A folder that is removed when the test has ended. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'amplitude-export-unit-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** A file with these bytes, in a folder that is removed when the test has ended. */
export async function temporaryFile(bytes: Uint8Array | string): Promise<string> {
  const path = join(await temporaryFolder(), 'export.zip');
  await writeFile(path, bytes);
  return path;
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function uint64(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}
