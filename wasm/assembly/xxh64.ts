/**
 * XXH64 of a line, with seed 0 and with seed 1 at once: each input is loaded and multiplied once for both.
 * Source: the XXH64 specification, version 0.1.1.
 */

const PRIME_1: u64 = 0x9e3779b185ebca87;
const PRIME_2: u64 = 0xc2b2ae3d27d4eb4f;
const PRIME_3: u64 = 0x165667b19e3779f9;
const PRIME_4: u64 = 0x85ebca77c2b2ae63;
const PRIME_5: u64 = 0x27d4eb2f165667c5;

const STRIPE: usize = 32;

/** The eight accumulators of a line that comes in pieces, then the bytes that wait for a whole stripe. */
const lanes: usize = memory.data(8 * 8, 8);
const waiting: usize = memory.data(32, 16);
let total: u64 = 0;

/** The hashes of the last line, with seed 0 and seed 1. */
export let hash0: u64 = 0;
export let hash1: u64 = 0;

function mixed(lane: u64, product: u64): u64 {
  return rotl(lane + product, 31) * PRIME_1;
}

function mergedLane(hash: u64, lane: u64): u64 {
  return (hash ^ mixed(0, lane * PRIME_2)) * PRIME_1 + PRIME_4;
}

function mergedLanes(a: u64, b: u64, c: u64, d: u64): u64 {
  const hash = rotl(a, 1) + rotl(b, 7) + rotl(c, 12) + rotl(d, 18);
  return mergedLane(mergedLane(mergedLane(mergedLane(hash, a), b), c), d);
}

/** Hashes one whole line. */
export function hashLine(start: usize, bytes: usize): void {
  if (bytes < STRIPE) {
    finish(PRIME_5, 1 + PRIME_5, start, bytes, bytes);
    return;
  }
  let a0 = PRIME_1 + PRIME_2;
  let b0 = PRIME_2;
  let c0: u64 = 0;
  let d0: u64 = 0 - PRIME_1;
  let a1 = a0 + 1;
  let b1 = b0 + 1;
  let c1: u64 = 1;
  let d1 = d0 + 1;
  let at = start;
  const end = start + bytes - (bytes & (STRIPE - 1));
  do {
    const a = load<u64>(at) * PRIME_2;
    const b = load<u64>(at, 8) * PRIME_2;
    const c = load<u64>(at, 16) * PRIME_2;
    const d = load<u64>(at, 24) * PRIME_2;
    a0 = mixed(a0, a);
    b0 = mixed(b0, b);
    c0 = mixed(c0, c);
    d0 = mixed(d0, d);
    a1 = mixed(a1, a);
    b1 = mixed(b1, b);
    c1 = mixed(c1, c);
    d1 = mixed(d1, d);
    at += STRIPE;
  } while (at < end);
  finish(mergedLanes(a0, b0, c0, d0), mergedLanes(a1, b1, c1, d1), at, bytes & (STRIPE - 1), bytes);
}

/** Begins a line that comes in pieces. */
export function beginHash(): void {
  total = 0;
  for (let seed: u64 = 0; seed < 2; seed += 1) {
    const first = lanes + <usize>(seed * 32);
    store<u64>(first, seed + PRIME_1 + PRIME_2);
    store<u64>(first, seed + PRIME_2, 8);
    store<u64>(first, seed, 16);
    store<u64>(first, seed - PRIME_1, 24);
  }
}

/** Takes the next piece of the line. */
export function hashPiece(start: usize, bytes: usize): void {
  const held = (<usize>total) & (STRIPE - 1);
  total += bytes;
  if (held + bytes < STRIPE) {
    memory.copy(waiting + held, start, bytes);
    return;
  }
  let at = start;
  const end = start + bytes;
  if (held > 0) {
    at += STRIPE - held;
    memory.copy(waiting + held, start, STRIPE - held);
    takeStripe(waiting);
  }
  for (; at + STRIPE <= end; at += STRIPE) takeStripe(at);
  memory.copy(waiting, at, end - at);
}

/** Ends the line that came in pieces. */
export function endHash(): void {
  const held = (<usize>total) & (STRIPE - 1);
  if (total < STRIPE) finish(PRIME_5, 1 + PRIME_5, waiting, held, total);
  else finish(mergedFrom(lanes), mergedFrom(lanes + 32), waiting, held, total);
}

function takeStripe(at: usize): void {
  for (let lane: usize = 0; lane < STRIPE; lane += 8) {
    const product = load<u64>(at + lane) * PRIME_2;
    store<u64>(lanes + lane, mixed(load<u64>(lanes + lane), product));
    store<u64>(lanes + lane, mixed(load<u64>(lanes + lane, 32), product), 32);
  }
}

function mergedFrom(first: usize): u64 {
  return mergedLanes(load<u64>(first), load<u64>(first, 8), load<u64>(first, 16), load<u64>(first, 24));
}

/** Adds the bytes after the last whole stripe to both hashes, and the length of the line. */
function finish(first: u64, second: u64, start: usize, bytes: usize, lineBytes: u64): void {
  let a = first + lineBytes;
  let b = second + lineBytes;
  let at = start;
  const end = start + bytes;
  for (; at + 8 <= end; at += 8) {
    const product = mixed(0, load<u64>(at) * PRIME_2);
    a = rotl(a ^ product, 27) * PRIME_1 + PRIME_4;
    b = rotl(b ^ product, 27) * PRIME_1 + PRIME_4;
  }
  if (at + 4 <= end) {
    const product = <u64>load<u32>(at) * PRIME_1;
    a = rotl(a ^ product, 23) * PRIME_2 + PRIME_3;
    b = rotl(b ^ product, 23) * PRIME_2 + PRIME_3;
    at += 4;
  }
  for (; at < end; at += 1) {
    const product = <u64>load<u8>(at) * PRIME_5;
    a = rotl(a ^ product, 11) * PRIME_1;
    b = rotl(b ^ product, 11) * PRIME_1;
  }
  hash0 = avalanche(a);
  hash1 = avalanche(b);
}

function avalanche(hash: u64): u64 {
  let bits = (hash ^ (hash >> 33)) * PRIME_2;
  bits = (bits ^ (bits >> 29)) * PRIME_3;
  return bits ^ (bits >> 32);
}
