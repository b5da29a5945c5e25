import { createHash } from 'node:crypto';
import { readRange } from './read-range.ts';
import { instantiate, writeBytes, type WasmExports } from './wasm-module.ts';

/** The size and checksums of one object: SHA-256 in hex, CRC-64/NVME in base64 as S3 writes it. */
export interface Checksums {
  readonly bytes: number;
  readonly sha256: string;
  readonly crc64nvme: string;
}

/** What `wasm/assembly/crc64.ts` exports. */
interface Crc64Module extends WasmExports {
  begin(sum: bigint): void;
  add(bytes: number): bigint;
}

/** Bytes that are copied to the module at once: they stay in the processor's cache. */
const PIECE_BYTES = 32 * 1024;

let crc64: Crc64Module | undefined;

/** The CRC-64/NVME of bytes that follow others, whose CRC is `before`: 0 when there are none. */
function crc64Of(bytes: Uint8Array, before: bigint): bigint {
  crc64 ??= instantiate('crc64') as Crc64Module;
  crc64.begin(before);
  let sum = before;
  for (let start = 0; start < bytes.length; start += PIECE_BYTES) {
    const piece = bytes.subarray(start, start + PIECE_BYTES);
    writeBytes(crc64, piece);
    sum = crc64.add(piece.length);
  }
  return sum;
}

/** Computes the checksums of a stream of bytes. */
export class ChecksumMeter {
  readonly #sha256 = createHash('sha256');
  #crc64 = 0n;
  #bytes = 0;

  /** Adds the next bytes. */
  update(chunk: Uint8Array): void {
    this.#bytes += chunk.length;
    this.#sha256.update(chunk);
    this.#crc64 = crc64Of(chunk, this.#crc64);
  }

  /** Returns the checksums. The meter cannot be used afterwards. */
  finish(): Checksums {
    const crc64 = Buffer.alloc(8);
    crc64.writeBigInt64BE(BigInt.asIntN(64, this.#crc64));
    return { bytes: this.#bytes, sha256: this.#sha256.digest('hex'), crc64nvme: crc64.toString('base64') };
  }
}

/**
 * Computes the checksums of a file, or of a range of its bytes. Reads it once, in constant memory.
 * @throws the file system's own error; the signal's reason
 */
export async function checksumFile(
  path: string,
  range?: { readonly start: number; readonly bytes: number },
  signal?: AbortSignal,
): Promise<Checksums> {
  const meter = new ChecksumMeter();
  for await (const piece of readRange(path, range ?? { start: 0, bytes: Infinity })) {
    signal?.throwIfAborted();
    meter.update(piece);
  }
  return meter.finish();
}
