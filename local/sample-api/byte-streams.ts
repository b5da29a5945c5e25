/** The number of bytes in a stream. */
export async function byteCount(source: AsyncIterable<Buffer>): Promise<number> {
  let bytes = 0;
  for await (const chunk of source) bytes += chunk.length;
  return bytes;
}

/** The first `limit` bytes of a stream, which ends there. */
export async function* firstBytes(source: AsyncIterable<Buffer>, limit: number): AsyncGenerator<Buffer> {
  let left = limit;
  for await (const chunk of source) {
    yield chunk.subarray(0, left);
    left -= chunk.length;
    if (left <= 0) return;
  }
}

const DAMAGED_BYTES = 8;

/** The same stream with eight bytes inverted, from the position `at` (counted from 0). */
export async function* damageAt(source: AsyncIterable<Buffer>, at: number): AsyncGenerator<Buffer> {
  let offset = 0;
  for await (const chunk of source) {
    const copy = Buffer.from(chunk);
    const end = Math.min(at + DAMAGED_BYTES - offset, copy.length);
    for (let index = Math.max(at - offset, 0); index < end; index += 1) {
      copy.writeUInt8(copy.readUInt8(index) ^ 0xff, index);
    }
    yield copy;
    offset += chunk.length;
  }
}
