import { QUOTE } from './bytes';
import { hasEscape } from './scalars';

/** How many fields the table holds; a walk skips the fields before `skipped`, so that more walks show all of them. */
const TABLE_FIELDS: u32 = 1024;
const FIELD_BYTES: usize = 16;

/** Each field: where its key begins and ends, without quotes, and where its value begins and ends, as addresses. */
const table: usize = memory.data(1024 * 16, 16);

/** How many fields the line has that was walked last. */
export let fields: u32 = 0;
let skipped: u32 = 0;
let areKept: bool = false;

/** The value of the line's `server_upload_time` without its quotes; no time when `timeStart` is 0. */
export let timeStart: usize = 0;
export let timeEnd: usize = 0;
/** Whether the time cannot be known without decoding a key, or the time itself. */
export let timeIsEncoded: bool = false;

/** `server_upload_time`, as the words that it is compared by. */
const KEY_BYTES: usize = 18;
const KEY_0: u64 = 0x755f726576726573; // server_u
const KEY_8: u64 = 0x69745f64616f6c70; // pload_ti
const KEY_16: u16 = 0x656d; // me
/** As many bytes as that key may be written in: six for each letter that is escaped. */
const LONGEST_KEY: usize = 6 * KEY_BYTES;
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
  if (keyHasEscape) timeIsEncoded = timeIsEncoded || keyEnd - key <= LONGEST_KEY;
  else if (keyEnd - key == KEY_BYTES && isTimeKey(key)) takeTime(value, valueEnd);
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

function takeTime(value: usize, valueEnd: usize): void {
  timeStart = 0;
  if (load<u8>(value) != QUOTE) return;
  timeStart = value + 1;
  timeEnd = valueEnd - 1;
  if (hasEscape || timeEnd - timeStart > LONGEST_TIME || !isAscii(timeStart, timeEnd)) timeIsEncoded = true;
}

function isAscii(start: usize, end: usize): bool {
  let bits: u8 = 0;
  for (let at = start; at < end; at += 1) bits |= load<u8>(at);
  return bits < 0x80;
}
