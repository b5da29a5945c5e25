import { giveBack, instantiate, writeBytes, type WasmExports } from '../core/wasm-module.ts';

/** What `wasm/assembly/lines.ts` exports for lines that do not come to its scanner. */
interface HashModule extends WasmExports {
  beginHash(): void;
  hashPiece(address: number, bytes: number): void;
  endHash(): void;
  readonly hash0: WebAssembly.Global<bigint>;
  readonly hash1: WebAssembly.Global<bigint>;
}

const PREFIX = 'xxh64x2:';

/**
 * Identifies the lines of an hour whatever their order: the sums, modulo 2^64, of XXH64(line, seed 0) and of
 * XXH64(line, seed 1), over every line that is not blank, newline excluded. Two sums, and sums rather than
 * exclusive-or, so that a line that comes twice counts twice.
 * Written `xxh64x2:` and 32 hex digits, seed 0's sum first. Source: docs/bucket.md; XXH64 as its specification says.
 */
export class LinesDigest {
  #sum0 = 0n;
  #sum1 = 0n;
  /** Hashes the line that is not at its end. */
  #hash: HashModule | undefined;

  /** Reads a digest in the form that `toString` writes. */
  static parse(text: string): LinesDigest {
    const hex = text.slice(PREFIX.length);
    return LinesDigest.of(BigInt(`0x${hex.slice(0, 16)}`), BigInt(`0x${hex.slice(16)}`));
  }

  /** The digest whose sums these are, modulo 2^64. */
  static of(sum0: bigint, sum1: bigint): LinesDigest {
    const digest = new LinesDigest();
    digest.#addSums(sum0, sum1);
    return digest;
  }

  /** Adds the next piece of a line; `last` ends it. */
  addPiece(piece: Uint8Array, last: boolean): void {
    this.#hash ??= beginHash();
    this.#hash.hashPiece(writeBytes(this.#hash, piece), piece.length);
    if (!last) return;
    this.#hash.endHash();
    this.#addSums(this.#hash.hash0.value, this.#hash.hash1.value);
    giveBack('lines', this.#hash);
    this.#hash = undefined;
  }

  /** Adds all lines of another digest. */
  merge(other: LinesDigest): void {
    this.#addSums(other.#sum0, other.#sum1);
  }

  toString(): string {
    const hex = [this.#sum0, this.#sum1].map((sum) => sum.toString(16).padStart(16, '0'));
    return `${PREFIX}${hex.join('')}`;
  }

  #addSums(sum0: bigint, sum1: bigint): void {
    this.#sum0 = BigInt.asUintN(64, this.#sum0 + sum0);
    this.#sum1 = BigInt.asUintN(64, this.#sum1 + sum1);
  }
}

function beginHash(): HashModule {
  const module = instantiate('lines') as HashModule;
  module.beginHash();
  return module;
}

/** The digest of no line at all: an empty hour's. */
export const EMPTY_DIGEST = new LinesDigest().toString();
