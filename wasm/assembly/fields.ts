import { BACKSLASH, QUOTE } from './bytes';
import { hasEscape } from './scalars';

/** How many fields the table holds; a walk skips the fields before `skipped`, so that more walks show all of them. */
const TABLE_FIELDS: u32 = 65536;
const FIELD_BYTES: usize = 16;

/** Each field: where its key begins and ends, without quotes, and where its value begins and ends, as addresses. */
const table: usize = memory.data(65536 * 16, 16);

/** How many fields the line has that was walked last. */
export let fields: u32 = 0;
let skipped: u32 = 0;
let areKept: bool = false;

/** The text of the line's `server_upload_time` without its quotes; no time when `timeStart` is 0. */
export let timeStart: usize = 0;
export let timeEnd: usize = 0;
/** Whether the time is for JavaScript to decode: it has escapes, is not ASCII, or is longer than any time. */
export let timeIsEncoded: bool = false;

/** `server_upload_time`, as the words that it is compared by. */
const KEY_BYTES: usize = 18;
const KEY_0: u64 = 0x755f726576726573; // server_u
const KEY_8: u64 = 0x69745f64616f6c70; // pload_ti
const KEY_16: u16 = 0x656d; // me
/** The same as text, for a key that is written with escapes. */
const KEY = memory.data<u8>([
  0x73, 0x65, 0x72, 0x76, 0x65, 0x72, 0x5f, 0x75, 0x70, 0x6c, 0x6f, 0x61, 0x64, 0x5f, 0x74, 0x69, 0x6d, 0x65,
]);
/** A longer text is no time. It would not fit the tally. */
export const LONGEST_TIME: usize = 40;

/** Sets whether fields are kept at all: most lines pass without anybody asking for their fields. */
export function keepFields(kept: bool): void {
  areKept = kept;
}

/** Sets which field is the first one in the table. */
export function skipFields(count: u32): void {
  skipped = count;
}

export function fieldTable(): usize {
  return table;
}

/** Begins a line. */
export function beginFields(): void {
  fields = 0;
  timeStart = 0;
  timeIsEncoded = false;
}

/** Takes a top-level key, without its quotes, and its value. A key that comes twice has its last value. */
// @ts-ignore: decorator
@inline
export function takeField(
  key: usize,
  keyEnd: usize,
  keyHasEscape: bool,
  value: usize,
  valueEnd: usize,
): void {
  if (areKept) keepField(key, keyEnd, value, valueEnd);
  if (keyHasEscape ? isEscapedTimeKey(key, keyEnd) : keyEnd - key == KEY_BYTES && isTimeKey(key)) {
    takeTime(value, valueEnd);
  }
}

function keepField(key: usize, keyEnd: usize, value: usize, valueEnd: usize): void {
  const index = fields - skipped;
  fields += 1;
  if (index >= TABLE_FIELDS) return;
  const field = table + <usize>index * FIELD_BYTES;
  store<u32>(field, <u32>key);
  store<u32>(field, <u32>keyEnd, 4);
  store<u32>(field, <u32>value, 8);
  store<u32>(field, <u32>valueEnd, 12);
}

function isTimeKey(key: usize): bool {
  return load<u64>(key) == KEY_0 && load<u64>(key, 8) == KEY_8 && load<u16>(key, 16) == KEY_16;
}

/** Compares a key whose letters may be written as `\u` and four hex digits. No other escape stands for a letter of it. */
function isEscapedTimeKey(key: usize, keyEnd: usize): bool {
  let at = key;
  for (let letter: usize = 0; letter < KEY_BYTES; letter += 1) {
    if (at >= keyEnd) return false;
    let byte: u32 = load<u8>(at);
    at += 1;
    if (byte == BACKSLASH) {
      if (load<u8>(at) != 0x75) return false; // u
      byte = 0;
      for (let digit: usize = 1; digit <= 4; digit += 1) byte = (byte << 4) | hexDigit(load<u8>(at + digit));
      at += 5;
    }
    if (byte != load<u8>(KEY + letter)) return false;
  }
  return at == keyEnd;
}

/** The value of a hex digit, which it is known to be. */
function hexDigit(byte: u8): u32 {
  return byte <= 0x39 ? byte - 0x30 : (byte | 0x20) - 0x57;
}

function takeTime(value: usize, valueEnd: usize): void {
  timeStart = 0;
  timeIsEncoded = false;
  if (load<u8>(value) != QUOTE) return;
  timeStart = value + 1;
  timeEnd = valueEnd - 1;
  timeIsEncoded = hasEscape || timeEnd - timeStart > LONGEST_TIME || !isAscii(timeStart, timeEnd);
}

function isAscii(start: usize, end: usize): bool {
  let bits: u8 = 0;
  for (let at = start; at < end; at += 1) bits |= load<u8>(at);
  return bits < 0x80;
}
