import { DOT, endOfDigits, isDigit } from './bytes';

/** The hour as it begins a time, with a space and with a T: `2026-01-01 05`. */
const HOUR_BYTES: usize = 13;
const hour: usize = memory.data(16);
/** Where the separator is between day and hour. */
const SEPARATOR: usize = 10;

/** The least and the greatest time, in room for the longest one. */
const least: usize = memory.data(40);
const greatest: usize = memory.data(40);
/** Their lengths in bytes; -1 before the first time. */
let leastBytes: i32 = -1;
let greatestBytes: i32 = -1;

/** Times that lie outside the hour. */
export let outside: u64 = 0;

/** Where the hour is to be written, as `2026-01-01T05`. */
export function hourPlace(): usize {
  return hour;
}

export function leastPlace(): usize {
  return least;
}

export function leastLength(): i32 {
  return leastBytes;
}

export function greatestPlace(): usize {
  return greatest;
}

export function greatestLength(): i32 {
  return greatestBytes;
}

/** Forgets all times. */
export function resetTimes(): void {
  leastBytes = -1;
  greatestBytes = -1;
  outside = 0;
}

/** Takes the time of one event: ASCII, of up to 40 bytes. */
export function takeTime(start: usize, end: usize): void {
  const bytes = <i32>(end - start);
  if (!isInHour(start, end) && isTime(start, end)) outside += 1;
  if (leastBytes < 0 || isBefore(start, bytes, least, leastBytes)) {
    memory.copy(least, start, bytes);
    leastBytes = bytes;
  }
  if (greatestBytes < 0 || isBefore(greatest, greatestBytes, start, bytes)) {
    memory.copy(greatest, start, bytes);
    greatestBytes = bytes;
  }
}

function isInHour(start: usize, end: usize): bool {
  if (end - start < HOUR_BYTES) return false;
  for (let at: usize = 0; at < HOUR_BYTES; at += 1) {
    const byte = load<u8>(start + at);
    if (byte != load<u8>(hour + at) && !(at == SEPARATOR && byte == 0x20)) return false;
  }
  return true;
}

/** Whether a text has the form of a time: `2026-01-01 05:00:00.123456`, or with `T` and `Z`, the fraction optional. */
function isTime(start: usize, end: usize): bool {
  if (end - start < 19) return false;
  for (let at: usize = 0; at < 19; at += 1) if (!fits(at, load<u8>(start + at))) return false;
  let at = start + 19;
  if (at < end && load<u8>(at) == DOT) {
    const digits = at + 1;
    at = endOfDigits(digits);
    if (at == digits || at > end) return false;
  }
  if (at < end && load<u8>(at) == 0x5a) at += 1; // Z
  return at == end;
}

/** Whether a byte may be at that place of `2026-01-01 05:00:00`. */
function fits(place: usize, byte: u8): bool {
  switch (<i32>place) {
    case 4:
    case 7:
      return byte == 0x2d; // -
    case 10:
      return byte == 0x20 || byte == 0x54; // space or T
    case 13:
    case 16:
      return byte == 0x3a; // :
    default:
      return isDigit(byte);
  }
}

/** Compares as text, eight bytes at a time. */
function isBefore(one: usize, oneBytes: i32, other: usize, otherBytes: i32): bool {
  const both = min(oneBytes, otherBytes);
  let at = 0;
  for (; at + 8 <= both; at += 8) {
    const a = bswap(load<u64>(one + at));
    const b = bswap(load<u64>(other + at));
    if (a != b) return a < b;
  }
  for (; at < both; at += 1) {
    const a = load<u8>(one + at);
    const b = load<u8>(other + at);
    if (a != b) return a < b;
  }
  return oneBytes < otherBytes;
}
