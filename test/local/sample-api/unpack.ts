import { crc32, gunzipSync } from 'node:zlib';
import yauzl from 'yauzl';

/** A member as an unzip program sees it; `packed` is its gzip file. */
export interface Unzipped {
  readonly name: string;
  readonly stored: boolean;
  readonly packed: Buffer;
  /** Whether the packed bytes have the CRC-32 of the directory, which yauzl does not check. */
  readonly crcMatches: boolean;
}

/** Every member of a zip. */
export async function unzip(bytes: Buffer): Promise<Unzipped[]> {
  const zip = await yauzl.fromBufferPromise(bytes);
  const members: Unzipped[] = [];
  for await (const entry of zip.eachEntry()) {
    const packed = await collect(await zip.openReadStreamPromise(entry));
    members.push({
      name: entry.fileName,
      stored: entry.compressionMethod === 0,
      packed,
      crcMatches: crc32(packed) === entry.crc32,
    });
  }
  return members;
}

/** All bytes of a stream. */
export async function collect(source: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of source) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** `member name, line` for every line that is not blank, sorted; Latin-1 keeps each byte a character. */
export function linesOf(members: readonly Unzipped[]): string[] {
  return members
    .flatMap(({ name, packed }) =>
      gunzipSync(packed)
        .toString('latin1')
        .split('\n')
        .filter((line) => !/^[ \t\r]*$/.test(line))
        .map((line) => `${name}, ${line}`),
    )
    .sort();
}

/** The same texts for served lines. */
export function expectedLines(lines: Iterable<{ member: string; line: Buffer }>): string[] {
  return Array.from(lines, ({ member, line }) => `${member}, ${line.toString('latin1')}`).sort();
}
