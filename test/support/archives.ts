import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32, deflateRawSync, gzipSync } from 'node:zlib';
import { onTestFinished } from 'vitest';

/** A member as it is to stand in a zip. Everything but `bytes` is by default what an honest archive has. */
export interface MemberSpec {
  readonly name?: string;
  /** The member itself: a gzip file, in an export. */
  readonly bytes: Uint8Array;
  readonly deflated?: boolean;
  /** What the directory says, when it is to lie. */
  readonly claims?: {
    readonly method?: number;
    readonly flags?: number;
    readonly crc32?: number;
    readonly bytes?: number;
    readonly packedBytes?: number;
    readonly headerOffset?: number;
  };
}

const LOCAL_HEADER = 0x04034b50;
const DIRECTORY_ENTRY = 0x02014b50;
const END_OF_DIRECTORY = 0x06054b50;

/** A zip of these members, written by hand: no zip library writes the odd ones. Source: APPNOTE.TXT 6.3, section 4.3. */
export function zipOf(members: readonly MemberSpec[]): Buffer {
  const files: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [
    index,
    { name = `7/7_2026-01-01_5#${index}.json.gz`, bytes, deflated, claims },
  ] of members.entries()) {
    const nameBytes = Buffer.from(name);
    const packed = deflated === true ? deflateRawSync(bytes) : Buffer.from(bytes);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(claims?.flags ?? 0, 2);
    common.writeUInt16LE(claims?.method ?? (deflated === true ? 8 : 0), 4);
    common.writeUInt32LE(claims?.crc32 ?? crc32(bytes), 10);
    common.writeUInt32LE(claims?.packedBytes ?? packed.length, 14);
    common.writeUInt32LE(claims?.bytes ?? bytes.length, 18);
    common.writeUInt16LE(nameBytes.length, 22);
    const local = Buffer.concat([uint32(LOCAL_HEADER), common, nameBytes, packed]);
    files.push(local);
    const place = Buffer.alloc(14);
    place.writeUInt32LE(claims?.headerOffset ?? offset, 10);
    directory.push(Buffer.concat([uint32(DIRECTORY_ENTRY), Buffer.from([20, 3]), common, place, nameBytes]));
    offset += local.length;
  }
  const end = Buffer.alloc(18);
  end.writeUInt16LE(members.length, 4);
  end.writeUInt16LE(members.length, 6);
  end.writeUInt32LE(Buffer.concat(directory).length, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...files, ...directory, uint32(END_OF_DIRECTORY), end]);
}

/** An event line as small as they come. */
export function eventLine(number: number): string {
  return `{"uuid":"${number}","server_upload_time":"2026-01-01 05:00:0${number % 10}.000000"}`;
}

/** A member of these lines, each ended by a newline. */
export function gzipLines(...lines: readonly string[]): Buffer {
  return gzipSync(lines.map((line) => `${line}\n`).join(''));
}

/** A folder that goes with the test. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'amplitude-export-unit-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** A file with these bytes, in a folder that goes with the test. */
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
