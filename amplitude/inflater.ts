import { constants, createGunzip, type Gunzip } from 'node:zlib';

/** Unpacked bytes that are handed out at once. They are always in the same memory, which stays in the processor's cache. */
const UNPACKED_BYTES = 256 * 1024;
/** Packed bytes that are unpacked at once: as many as usually unpack to no more than that memory holds. */
const PACKED_BYTES = { least: 1024, first: 8 * 1024, most: 16 * 1024 } as const;

/** The errors of zlib that are the data's fault; others are this machine's. */
const DATA_ERRORS: ReadonlySet<unknown> = new Set(['Z_DATA_ERROR', 'Z_BUF_ERROR', 'Z_NEED_DICT']);

/** Why packed bytes cannot be unpacked. */
export class NotGzip extends Error {}

/**
 * What Node's zlib needs to unpack in this thread: its streams would pass each chunk to another thread and back. It is
 * no public interface, but npm unpacks with it, by way of minizlib; see docs/decisions/0008-lines-in-webassembly.md.
 */
type SyncGunzip = Gunzip & {
  _handle: { close(): void } | null;
  _processChunk(packed: Uint8Array, flush: number): Buffer;
};

/**
 * Unpacks gzip data, any number of streams in a row, in constant memory. `take` gets the unpacked bytes in pieces; a piece
 * is valid until it returns.
 */
export class Inflater {
  readonly #gunzip = createGunzip({ chunkSize: UNPACKED_BYTES }) as SyncGunzip;
  readonly #handle = this.#gunzip._handle;
  readonly #closeHandle: () => void;
  readonly #take: (unpacked: Buffer) => void;
  #packedBytes: number = PACKED_BYTES.first;

  constructor(take: (unpacked: Buffer) => void) {
    this.#take = take;
    this.#closeHandle = this.#handle?.close.bind(this.#handle) ?? (() => undefined);
    // Each call of `_processChunk` closes the handle at its end. It is closed by `close` only.
    if (this.#handle !== null) this.#handle.close = () => undefined;
  }

  /** Unpacks the first of these bytes, and returns those that are left. @throws NotGzip; what `take` throws */
  push(packed: Buffer): Buffer {
    const piece = packed.subarray(0, this.#packedBytes);
    const unpacked = this.#unpack(piece, constants.Z_NO_FLUSH);
    // Zlib ends at zeros after a stream, without an error.
    if (this.#gunzip.bytesWritten !== piece.length) throw new NotGzip('has bytes after its gzip data');
    this.#take(unpacked);
    this.#packedBytes =
      unpacked.length > UNPACKED_BYTES
        ? Math.max(PACKED_BYTES.least, this.#packedBytes / 2)
        : Math.min(PACKED_BYTES.most, this.#packedBytes * 2);
    return packed.subarray(piece.length);
  }

  /** Ends the data. @throws NotGzip when the last stream is not whole; what `take` throws */
  end(): void {
    this.#take(this.#unpack(new Uint8Array(), constants.Z_FINISH));
  }

  /** Frees the memory of zlib. */
  close(): void {
    this.#closeHandle();
  }

  #unpack(packed: Uint8Array, flush: number): Buffer {
    const gunzip = this.#gunzip;
    gunzip._handle = this.#handle;
    try {
      return gunzip._processChunk(packed, flush);
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && DATA_ERRORS.has(error.code))) throw error;
      throw new NotGzip(`is not whole gzip data: ${error.message}`);
    } finally {
      // Each call adds a listener. One that does nothing keeps an error, which was thrown, from being thrown again.
      gunzip.removeAllListeners('error').on('error', () => undefined);
    }
  }
}
