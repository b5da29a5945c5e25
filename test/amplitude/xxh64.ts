const PRIME_1 = 0x9e3779b185ebca87n;
const PRIME_2 = 0xc2b2ae3d27d4eb4fn;
const PRIME_3 = 0x165667b19e3779f9n;
const PRIME_4 = 0x85ebca77c2b2ae63n;
const PRIME_5 = 0x27d4eb2f165667c5n;

/**
 * XXH64, as plainly as its specification says it: to compare with, far too slow to use.
 * Source: https://github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md, "XXH64 Algorithm Description".
 */
export function xxh64(input: Uint8Array, seed: bigint): bigint {
  const bytes = Buffer.from(input);
  let at = 0;
  let sum = wrap(seed + PRIME_5);
  if (bytes.length >= 32) {
    const lanes = [seed + PRIME_1 + PRIME_2, seed + PRIME_2, seed, seed - PRIME_1].map(wrap);
    for (; at + 32 <= bytes.length; at += 32) {
      for (const [index, lane] of lanes.entries()) {
        lanes[index] = round(lane, bytes.readBigUInt64LE(at + 8 * index));
      }
    }
    const turns = [1n, 7n, 12n, 18n];
    sum = wrap(lanes.reduce((total, lane, index) => total + rotate(lane, turns[index] ?? 0n), 0n));
    for (const lane of lanes) sum = wrap((sum ^ round(0n, lane)) * PRIME_1 + PRIME_4);
  }
  sum = wrap(sum + BigInt(bytes.length));
  for (; at + 8 <= bytes.length; at += 8) {
    sum = wrap(rotate(sum ^ round(0n, bytes.readBigUInt64LE(at)), 27n) * PRIME_1 + PRIME_4);
  }
  for (; at + 4 <= bytes.length; at += 4) {
    sum = wrap(rotate(sum ^ wrap(BigInt(bytes.readUInt32LE(at)) * PRIME_1), 23n) * PRIME_2 + PRIME_3);
  }
  for (; at < bytes.length; at += 1) {
    sum = wrap(rotate(sum ^ wrap(BigInt(bytes.readUInt8(at)) * PRIME_5), 11n) * PRIME_1);
  }
  sum = wrap((sum ^ (sum >> 33n)) * PRIME_2);
  sum = wrap((sum ^ (sum >> 29n)) * PRIME_3);
  return sum ^ (sum >> 32n);
}

function round(lane: bigint, input: bigint): bigint {
  return wrap(rotate(wrap(lane + input * PRIME_2), 31n) * PRIME_1);
}

function rotate(value: bigint, bits: bigint): bigint {
  return wrap((value << bits) | (value >> (64n - bits)));
}

function wrap(value: bigint): bigint {
  return BigInt.asUintN(64, value);
}
