/**
 * The lines of a member: found, judged, digested and counted in one pass over the bytes. JavaScript writes the next
 * bytes where `room` says, then calls `next` until it wants more. Its side in TypeScript is amplitude/line-scanner.ts.
 */
import { BLOCK, endOfSpaces, NEWLINE } from './bytes';
import { fields, fieldTable, keepFields, skipFields, timeEnd, timeIsEncoded, timeStart } from './fields';
import { INVALID, OBJECT, walkLine } from './json';
import {
  greatestLength,
  greatestPlace,
  hourPlace,
  leastLength,
  leastPlace,
  outside,
  resetTimes,
  takeTime,
} from './upload-times';
import { isUtf8 } from './utf8';
import { beginHash, endHash, hash0, hash1, hashLine, hashPiece } from './xxh64';

export { beginHash, endHash, fields, fieldTable, greatestLength, greatestPlace, hash0, hash1, hashPiece };
export { hourPlace, leastLength, leastPlace, outside, timeEnd, timeStart };

/** What `next` found: nothing before more bytes come, a line, or a piece of a line that is too long. */
const MORE: i32 = 0;
const EVENT: i32 = 1;
const BLANK: i32 = 2;
const REJECTED: i32 = 3;
const PIECE: i32 = 4;
const LAST_PIECE: i32 = 5;
/** An event whose upload time is for JavaScript to decode. */
const ENCODED_TIME: i32 = 6;

/** Why a line is rejected. */
const NOT_UTF8: i32 = 1;
const NOT_JSON: i32 = 2;
const NOT_OBJECT: i32 = 3;
const TOO_LONG: i32 = 4;

const PAGE: usize = 65536;
/** The bytes of lines begin here; everything else is before it. */
const buffer: usize = (__heap_base + 63) & ~63;

let maxLineBytes: u32 = 0;
/** One bit for each kind of line that `next` returns rather than passes. */
let wanted: i32 = 0;
/** Where the next line begins, up to where it has been searched for its end, and where the bytes end. */
let at: usize = buffer;
let searched: usize = buffer;
let used: usize = buffer;
let ended: bool = false;
/** The bits of all bytes of this line that have been searched, sixteen bytes on each other. */
let bits: v128 = i64x2.splat(0);
let inLongLine: bool = false;
/** Set while JavaScript decodes the time of an event that is passed: it then calls `next` again. */
let isDecoding: bool = false;
/** How many bytes of the member are before `buffer`. */
let bytesBefore: u64 = 0;

/** The line, or its piece, that `next` found: where its bytes begin and end, its number, its offset in the member. */
export let start: usize = buffer;
export let end: usize = buffer;
export let line: u64 = 0;
export let offset: u64 = 0;
export let reason: i32 = 0;
/** The lines that `next` passed begin here; they end where the line begins that it found. */
export let passed: usize = buffer;

export let events: u64 = 0;
export let rejected: u64 = 0;
export let blank: u64 = 0;
/** Whether the member ended with a line that has no newline. */
export let lacksNewline: bool = false;
/** Sums of the hashes of all lines that are not blank. */
export let sum0: u64 = 0;
export let sum1: u64 = 0;

/** Begins a member: nothing is left of the one before. */
export function begin(limit: u32, kinds: i32): void {
  maxLineBytes = limit;
  wanted = kinds;
  keepFields((kinds & (1 << EVENT)) != 0);
  at = buffer;
  searched = buffer;
  used = buffer;
  ended = false;
  bits = i64x2.splat(0);
  inLongLine = false;
  isDecoding = false;
  bytesBefore = 0;
  line = 0;
  offset = 0;
  events = 0;
  rejected = 0;
  blank = 0;
  lacksNewline = false;
  sum0 = 0;
  sum1 = 0;
  resetTimes();
}

/** Makes room for so many bytes, and returns where they are to be written; 0 when there is no memory for them. */
export function room(bytes: usize): usize {
  if (at > buffer) {
    const done = at - buffer;
    memory.copy(buffer, at, used - at);
    bytesBefore += done;
    at = buffer;
    searched -= done;
    used -= done;
  }
  const most = used - buffer + bytes;
  // One bit for each byte: levels of nesting. Then what a last newline and the last block need.
  const needed = buffer + most + (most >> 3) + 4 * BLOCK;
  const pages = <i32>((needed + PAGE - 1) / PAGE) - memory.size();
  if (pages > 0 && memory.grow(pages) < 0) return 0;
  return used;
}

/** Takes the bytes that were written. */
export function took(bytes: usize): void {
  used += bytes;
}

/** Ends the member. */
export function finish(): void {
  ended = true;
}

/** Goes on to the next line that is wanted, or to the next piece of a line that is too long. */
export function next(): i32 {
  if (!isDecoding) passed = at;
  isDecoding = false;
  while (true) {
    const newline = findNewline();
    if (inLongLine) return nextPiece(newline);
    start = at;
    end = newline == 0 ? used : newline;
    if (end - start > maxLineBytes) {
      beginLine();
      inLongLine = true;
      reason = TOO_LONG;
      beginHash();
      return nextPiece(newline);
    }
    if (newline == 0) {
      if (!ended || at == used) return MORE;
      store<u8>(used, NEWLINE);
      used += 1;
      lacksNewline = true;
    }
    beginLine();
    at = end + 1;
    searched = at;
    const kind = judge();
    bits = i64x2.splat(0);
    if (kind == ENCODED_TIME) {
      isDecoding = (wanted & (1 << EVENT)) == 0;
      return kind;
    }
    if ((wanted & (1 << kind)) != 0) return kind;
  }
}

/** Walks the last line, a wanted event, again. The table of its fields begins with the field of that number. */
export function walkAgain(first: u32): void {
  skipFields(first);
  walkLine(endOfSpaces(start), end, levels());
  skipFields(0);
}

/** The first newline of the bytes that have not been searched; 0 when they have none. */
function findNewline(): usize {
  let seen = bits;
  let place = searched;
  for (; place < used; place += BLOCK) {
    const block = v128.load(place);
    seen = v128.or(seen, block);
    const found = i8x16.bitmask(i8x16.eq(block, i8x16.splat(NEWLINE)));
    if (found == 0) continue;
    const newline = place + ctz(found);
    bits = seen;
    // What is beyond the bytes is left from before.
    if (newline >= used) break;
    return newline;
  }
  bits = seen;
  searched = used;
  return 0;
}

function beginLine(): void {
  line += 1;
  offset = bytesBefore + (at - buffer);
}

/** Judges, digests and counts the line from `start` to `end`. */
function judge(): i32 {
  const first = endOfSpaces(start);
  if (first == end) {
    blank += 1;
    return BLANK;
  }
  hashLine(start, end - start);
  addHashes();
  const isAscii = i8x16.bitmask(bits) == 0;
  if (!isAscii && !isUtf8(start, end)) return refuse(NOT_UTF8);
  const kind = walkLine(first, end, levels());
  if (kind != OBJECT) return refuse(kind == INVALID ? NOT_JSON : NOT_OBJECT);
  events += 1;
  if (timeIsEncoded) return ENCODED_TIME;
  if (timeStart != 0) takeTime(timeStart, timeEnd);
  return EVENT;
}

/** Takes the next piece of a line that is too long, up to its newline if it has come. */
function nextPiece(newline: usize): i32 {
  const isLast = newline != 0 || ended;
  start = at;
  if (!isLast && at == used) return MORE;
  end = newline == 0 ? used : newline;
  at = newline == 0 ? used : newline + 1;
  searched = at;
  hashPiece(start, end - start);
  if (!isLast) return PIECE;
  inLongLine = false;
  lacksNewline = newline == 0;
  bits = i64x2.splat(0);
  endHash();
  addHashes();
  rejected += 1;
  return LAST_PIECE;
}

function addHashes(): void {
  sum0 += hash0;
  sum1 += hash1;
}

function refuse(why: i32): i32 {
  reason = why;
  rejected += 1;
  return REJECTED;
}

/** Room for the levels of nesting, after the bytes and the last newline. */
function levels(): usize {
  return (used + BLOCK) & ~7;
}
