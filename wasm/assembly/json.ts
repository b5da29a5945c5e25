import {
  CLOSE_ARRAY,
  CLOSE_OBJECT,
  COLON,
  COMMA,
  endOfSpaces,
  OPEN_ARRAY,
  OPEN_OBJECT,
  QUOTE,
} from './bytes';
import { beginFields, takeField } from './fields';
import { endOfLiteral, endOfString, hasEscape, resetEscape } from './scalars';

/** What a line is that is valid UTF-8. */
export const INVALID: i32 = 0;
export const OBJECT: i32 = 1;
export const OTHER: i32 = 2;

/** Levels whose kind fits one word: one bit for each. */
const WORD_LEVELS: u32 = 64;

/**
 * Says what the line is that begins at `start`, which is no space, and whose newline is at `end`. The top-level keys of
 * an object go to fields.ts. At `levels` there is room for one bit for each byte of the line. Source: RFC 8259.
 */
export function walkLine(start: usize, end: usize, levels: usize): i32 {
  const isObject = load<u8>(start) == OPEN_OBJECT;
  const after = isObject ? endOfTopObject(start, levels) : endOfValue(start, levels);
  if (after == 0 || endOfSpaces(after) != end) return INVALID;
  return isObject ? OBJECT : OTHER;
}

/** Where the outermost object ends; 0 when it does not. */
function endOfTopObject(start: usize, levels: usize): usize {
  beginFields();
  let at = endOfSpaces(start + 1);
  if (load<u8>(at) == CLOSE_OBJECT) return at + 1;
  while (true) {
    if (load<u8>(at) != QUOTE) return 0;
    resetEscape();
    const key = at + 1;
    const keyEnd = endOfString(key);
    if (keyEnd == 0) return 0;
    const keyHasEscape = hasEscape;
    at = endOfSpaces(keyEnd + 1);
    if (load<u8>(at) != COLON) return 0;
    const value = endOfSpaces(at + 1);
    resetEscape();
    at = endOfValue(value, levels);
    if (at == 0) return 0;
    takeField(key, keyEnd, keyHasEscape, value, at);
    at = endOfSpaces(at);
    const next = load<u8>(at);
    if (next != COMMA) return next == CLOSE_OBJECT ? at + 1 : 0;
    at = endOfSpaces(at + 1);
  }
}

/** Where the value ends that begins at a place; 0 when none does. */
// @ts-ignore: decorator
@inline
function endOfValue(start: usize, levels: usize): usize {
  const first = load<u8>(start);
  if (first == QUOTE) {
    const quote = endOfString(start + 1);
    return quote == 0 ? 0 : quote + 1;
  }
  return first == OPEN_OBJECT || first == OPEN_ARRAY ? endOfNested(start, levels) : endOfLiteral(start);
}

/** Where the object or array ends that begins at a place; 0 when it does not. */
function endOfNested(start: usize, levels: usize): usize {
  let at = start;
  let depth: u32 = 0;
  /** For each of the innermost levels whether it is an object, the innermost in the lowest bit. */
  let objects: u64 = 0;
  while (true) {
    // A value begins here.
    const first = load<u8>(at);
    if (first == OPEN_OBJECT || first == OPEN_ARRAY) {
      if (depth > 0 && depth % WORD_LEVELS == 0) store<u64>(wordOf(levels, depth), objects);
      const isObject = first == OPEN_OBJECT;
      objects = (objects << 1) | (isObject ? 1 : 0);
      depth += 1;
      at = endOfSpaces(at + 1);
      if (load<u8>(at) != (isObject ? CLOSE_OBJECT : CLOSE_ARRAY)) {
        if (!isObject) continue;
        at = startOfValue(at);
        if (at == 0) return 0;
        continue;
      }
    } else {
      if (first == QUOTE) {
        const quote = endOfString(at + 1);
        if (quote == 0) return 0;
        at = quote + 1;
      } else {
        at = endOfLiteral(at);
        if (at == 0) return 0;
      }
      at = endOfSpaces(at);
    }
    // Levels end here, until a comma comes.
    while (load<u8>(at) != COMMA) {
      if (load<u8>(at) != ((objects & 1) != 0 ? CLOSE_OBJECT : CLOSE_ARRAY)) return 0;
      at += 1;
      depth -= 1;
      if (depth == 0) return at;
      objects = depth % WORD_LEVELS == 0 ? load<u64>(wordOf(levels, depth)) : objects >> 1;
      at = endOfSpaces(at);
    }
    at = endOfSpaces(at + 1);
    if ((objects & 1) != 0) {
      at = startOfValue(at);
      if (at == 0) return 0;
    }
  }
}

/** Where the value begins whose key begins at a place; 0 when it has no key or no colon. */
// @ts-ignore: decorator
@inline
function startOfValue(key: usize): usize {
  if (load<u8>(key) != QUOTE) return 0;
  const quote = endOfString(key + 1);
  if (quote == 0) return 0;
  const colon = endOfSpaces(quote + 1);
  return load<u8>(colon) == COLON ? endOfSpaces(colon + 1) : 0;
}

/** The word that keeps the kinds of the 64 levels above this depth. */
// @ts-ignore: decorator
@inline
function wordOf(levels: usize, depth: u32): usize {
  return levels + (<usize>(depth / WORD_LEVELS) - 1) * 8;
}
