/** A list that `Random.pick` can choose from. */
export type Choices<T> = readonly [T, ...T[]];

/** A 32-bit hash of a text (FNV-1a, then mixed), to seed a `Random`. */
export function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  return mix(hash);
}

/** Scrambles 32 bits. Different numbers give different results (MurmurHash3's finalizer). */
export function mix(value: number): number {
  let bits = value | 0;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}

/** Numbers that look random and depend on the seed alone (a Weyl sequence, mixed). Not for secrets. */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed | 0;
  }

  /** The next 32 bits, as a whole number from 0. */
  next(): number {
    this.#state = (this.#state + 0x9e3779b9) | 0;
    return mix(this.#state);
  }

  /** A whole number from 0 to `limit` - 1. */
  below(limit: number): number {
    return Math.floor((this.next() / 0x1_0000_0000) * limit);
  }

  /** One of the choices. */
  pick<T>(choices: Choices<T>): T {
    return choices[this.below(choices.length)] ?? choices[0];
  }
}

/** An odd integer of 18 digits. It fits 64 bits, but is over 2^53, where a JavaScript number cannot hold an odd one. */
export function bigInteger(random: Random): string {
  return `${100_000_000 + random.below(900_000_000)}${10_000_000 + random.below(90_000_000)}${random.below(5) * 2 + 1}`;
}

/** The 8 hex digits of 32 bits. */
export function hex(bits: number): string {
  return bits.toString(16).padStart(8, '0');
}
