import { Gunzip, type ZlibOptions } from 'minizlib';
import { messageOf } from '../core/errors.ts';

/** Packed bytes that are inflated at once. Deflate packs at most a thousandfold: this bounds what comes of them. */
const PACKED_BYTES = 32 * 1024;
/** Unpacked bytes that are handed out at once: they stay in the processor's cache. */
const CHUNK_BYTES = 64 * 1024;
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

  constructor(take: (unpacked: Buffer) => void) {
    this.#gunzip.on('data', take);
    this.#gunzip.on('error', (error) => {
      this.#failure = error;
    });
  }

  /** Takes the next packed bytes. @throws NotGzip; what `take` throws */
  push(packed: Buffer): void {
    for (let start = 0; start < packed.length; start += PACKED_BYTES) {
      const piece = packed.subarray(start, start + PACKED_BYTES);
      this.#gunzip.write(piece);
      this.#refuseFailure();
      // Zlib ends at zeros after a stream, without an error.
      if (this.#gunzip.handle?.bytesWritten !== piece.length)
        throw new NotGzip('has bytes after its gzip data');
    }
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
