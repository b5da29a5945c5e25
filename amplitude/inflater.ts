import { Gunzip, type ZlibOptions } from 'minizlib';
import { messageOf } from '../core/errors.ts';

/** Packed bytes that are unpacked at once: fewer where they unpack to so many times more that memory would not be flat. */
const PACKED_BYTES = { least: 1024, first: 8 * 1024, most: 32 * 1024 } as const;
/** What they may unpack to before fewer are taken. */
const UNPACKED_BYTES = 1024 * 1024;
/** Unpacked bytes that are handed out at once: they stay in the processor's cache. */
const CHUNK_BYTES = 128 * 1024;
/** Minizlib hands its options on to Node's zlib, which has this one. */
const OPTIONS: ZlibOptions & { readonly chunkSize: number } = { chunkSize: CHUNK_BYTES };

/** Why packed bytes cannot be unpacked. */
export class NotGzip extends Error {}

/**
 * Unpacks gzip data, any number of streams in a row, in this thread: Node's own zlib streams would pass each chunk to
 * another thread and back. `take` gets the unpacked bytes in pieces.
 */
export class Inflater {
  readonly #gunzip = new Gunzip(OPTIONS);
  #failure: unknown;
  #packedBytes: number = PACKED_BYTES.first;
  /** What the last piece unpacked to. */
  #unpackedBytes = 0;

  constructor(take: (unpacked: Buffer) => void) {
    this.#gunzip.on('data', (unpacked) => {
      this.#unpackedBytes += unpacked.length;
      take(unpacked);
    });
    this.#gunzip.on('error', (error) => {
      this.#failure = error;
    });
  }

  /** Unpacks the first of these bytes, and returns those that are left. @throws NotGzip; what `take` throws */
  push(packed: Buffer): Buffer {
    const piece = packed.subarray(0, this.#packedBytes);
    this.#unpackedBytes = 0;
    this.#gunzip.write(piece);
    this.#refuseFailure();
    // Zlib ends at zeros after a stream, without an error.
    if (this.#gunzip.handle?.bytesWritten !== piece.length)
      throw new NotGzip('has bytes after its gzip data');
    const isMuch = this.#unpackedBytes > UNPACKED_BYTES;
    this.#packedBytes = isMuch
      ? Math.max(PACKED_BYTES.least, this.#packedBytes / 2)
      : Math.min(PACKED_BYTES.most, this.#packedBytes * 2);
    return packed.subarray(piece.length);
  }

  /** Ends the data. @throws NotGzip when the last stream is not whole; what `take` throws */
  end(): void {
    this.#gunzip.end();
    this.#refuseFailure();
  }

  /** Frees the memory of zlib. */
  close(): void {
    this.#gunzip.close();
  }

  #refuseFailure(): void {
    if (this.#failure === undefined) return;
    throw new NotGzip(`is not whole gzip data: ${messageOf(this.#failure).replace(/^zlib: /, '')}`);
  }
}
