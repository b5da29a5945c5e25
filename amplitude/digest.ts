import loadXxhash, { type XXHash } from 'xxhash-wasm';

const xxhash = await loadXxhash();

const PREFIX = 'xxh64x2:';

/**
 * Identifies the lines of an hour whatever their order: the sums, modulo 2^64, of XXH64(line, seed 0) and of
 * XXH64(line, seed 1), over every line that is not blank, newline excluded. Two sums, and sums rather than
 * exclusive-or, so that a line that comes twice counts twice.
 * Written `xxh64x2:` and 32 hex digits, seed 0's sum first. Source: docs/bucket.md; XXH64 as its specification says.
 */
export class LinesDigest {
  /** Reads a digest in the form that `toString` writes. */
  static parse(text: string): LinesDigest {
    const digest = new LinesDigest();
    const hex = text.slice(PREFIX.length);
    digest.#addSums(BigInt(`0x${hex.slice(0, 16)}`), BigInt(`0x${hex.slice(16)}`));
    return digest;
  }

  readonly #sums = new BigUint64Array(2);
  #long: readonly [XXHash<bigint>, XXHash<bigint>] | undefined;

  /** Adds one whole line. */
  add(line: Uint8Array): void {
    this.#addSums(xxhash.h64Raw(line, 0n), xxhash.h64Raw(line, 1n));
  }

  /** Adds the next piece of a line that is too long to be held; `last` ends it. */
  addPiece(piece: Uint8Array, last: boolean): void {
    this.#long ??= [xxhash.create64(0n), xxhash.create64(1n)];
    for (const hash of this.#long) hash.update(piece);
    if (!last) return;
    const [first, second] = this.#long;
    this.#addSums(first.digest(), second.digest());
    this.#long = undefined;
  }

  /** Adds all lines of another digest. */
  merge(other: LinesDigest): void {
    this.#addSums(other.#sums[0] ?? 0n, other.#sums[1] ?? 0n);
  }

  toString(): string {
    return `${PREFIX}${Array.from(this.#sums, (sum) => sum.toString(16).padStart(16, '0')).join('')}`;
  }

  #addSums(first: bigint, second: bigint): void {
    // The array's elements are what makes the sums modulo 2^64.
    this.#sums[0] = (this.#sums[0] ?? 0n) + first;
    this.#sums[1] = (this.#sums[1] ?? 0n) + second;
  }
}

/** The digest of no line at all: an empty hour's. */
export const EMPTY_DIGEST = new LinesDigest().toString();
