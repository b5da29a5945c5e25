import { crc32 } from 'node:zlib';

/** The most bytes that a stored block of deflate data can hold. */
const BLOCK_BYTES = 0xffff;
/** The header bits of a last block with fixed codes. */
const BLOCK_HEAD = '110';
/** A match of 258 bytes at distance 1: length code 285, then distance code 0. */
const MATCH = '1100010100000';
const MATCH_BYTES = 258;
const END_OF_BLOCK = '0000000';

/**
 * Deflate data with uncompressed bytes, so that it does not depend on the version of zlib.
 * Source: RFC 1951, 3.2.4.
 */
export function storedDeflate(bytes: Uint8Array): Buffer {
  const blocks: Uint8Array[] = [];
  let start = 0;
  do {
    const block = bytes.subarray(start, start + BLOCK_BYTES);
    start += BLOCK_BYTES;
    const head = Buffer.from([start >= bytes.length ? 1 : 0, 0, 0, 0, 0]);
    head.writeUInt16LE(block.length, 1);
    head.writeUInt16LE(~block.length & 0xffff, 3);
    blocks.push(head, block);
  } while (start < bytes.length);
  return Buffer.concat(blocks);
}

/** One gzip stream of stored bytes. Source: RFC 1952. */
export function storedGzip(content: Uint8Array | string): Buffer {
  const bytes = Buffer.from(content);
  return gzipStream(storedDeflate(bytes), bytes);
}

/** One gzip stream of the bytes of `newlines`, in a 160th of their size. */
export function newlinesGzip(matches: number): Buffer {
  return gzipStream(newlinesDeflate(matches), newlines(matches));
}

/** One newline, and 258 more for each match. */
export function newlines(matches: number): Buffer {
  return Buffer.alloc(1 + matches * MATCH_BYTES, '\n');
}

/** The bytes of `newlines` as deflate data. Source: RFC 1951, 3.2.6. */
export function newlinesDeflate(matches: number): Buffer {
  const literal = (0x30 + 0x0a).toString(2).padStart(8, '0');
  const bits = `${BLOCK_HEAD}${literal}${MATCH.repeat(matches)}${END_OF_BLOCK}`;
  const bytes = Buffer.alloc(Math.ceil(bits.length / 8));
  for (const [index, bit] of Array.from(bits).entries()) {
    if (bit === '1') bytes.writeUInt8(bytes.readUInt8(index >> 3) | (1 << (index & 7)), index >> 3);
  }
  return bytes;
}

function gzipStream(deflated: Buffer, bytes: Buffer): Buffer {
  const tail = Buffer.alloc(8);
  tail.writeUInt32LE(crc32(bytes), 0);
  tail.writeUInt32LE(bytes.length, 4);
  return Buffer.concat([Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff]), deflated, tail]);
}
