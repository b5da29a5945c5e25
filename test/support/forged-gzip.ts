import { gzipSync } from 'node:zlib';
import { Crc64Nvme } from '@aws-sdk/crc64-nvme';

/** The file has as many free bits as the checksum. */
const FREE_BYTES = 8;
const GZIP_HEADER_BYTES = 10;
const FLAGS_AT = 3;
const HAS_EXTRA_FIELD = 4;

/**
 * A gzip file with other text, but with the size and the CRC-64/NVME of the file `like`: only reading it shows the
 * difference. The text must pack to fewer bytes. Source: RFC 1952, section 2.3 (the extra field may hold any bytes).
 * @throws Error when no compression level fits
 */
export async function forgedGzip(
  text: string | Uint8Array,
  like: { readonly bytes: number; readonly crc64nvme: string },
): Promise<Buffer> {
  const { packed, extraBytes } = packToFit(text, like.bytes);
  packed[FLAGS_AT] = HAS_EXTRA_FIELD;
  const extra = Buffer.alloc(2 + extraBytes);
  extra.writeUInt16LE(extraBytes);
  const file = Buffer.concat([
    packed.subarray(0, GZIP_HEADER_BYTES),
    extra,
    packed.subarray(GZIP_HEADER_BYTES),
  ]);
  const free = file.subarray(GZIP_HEADER_BYTES + 2, GZIP_HEADER_BYTES + 2 + FREE_BYTES);
  free.writeBigUInt64BE(await solve(file, free, Buffer.from(like.crc64nvme, 'base64').readBigUInt64BE()));
  return file;
}

/** Packs a text so that an extra field can fill the file up to `bytes` bytes. */
function packToFit(text: string | Uint8Array, bytes: number): { packed: Buffer; extraBytes: number } {
  for (let level = 9; level > 0; level -= 1) {
    const packed = gzipSync(text, { level });
    const extraBytes = bytes - packed.length - 2;
    if (extraBytes >= FREE_BYTES && extraBytes <= 0xffff) return { packed, extraBytes };
  }
  throw new Error(`no compression level packs the text so that it can be filled up to ${bytes} bytes`);
}

/** The 64 bits that give the file the wanted checksum. CRC is linear: each input bit flips a fixed set of its bits. */
async function solve(file: Buffer, free: Buffer, wanted: bigint): Promise<bigint> {
  const crcWith = async (bits: bigint): Promise<bigint> => {
    free.writeBigUInt64BE(bits);
    const crc = new Crc64Nvme();
    crc.update(file);
    return Buffer.from(await crc.digest()).readBigUInt64BE();
  };
  const base = await crcWith(0n);
  const basis: { readonly flips: bigint; readonly bits: bigint }[] = [];
  const reduce = (flips: bigint, bits: bigint): { flips: bigint; bits: bigint } => {
    let rest = { flips, bits };
    for (const one of basis) {
      const isSmaller = (rest.flips ^ one.flips) < rest.flips;
      if (isSmaller) rest = { flips: rest.flips ^ one.flips, bits: rest.bits ^ one.bits };
    }
    return rest;
  };
  for (let bit = 0n; bit < 64n; bit += 1n) {
    basis.push(reduce((await crcWith(1n << bit)) ^ base, 1n << bit));
    basis.sort((a, b) => (a.flips < b.flips ? 1 : -1));
  }
  return reduce(wanted ^ base, 0n).bits;
}
