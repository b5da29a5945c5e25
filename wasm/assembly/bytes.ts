/** The bytes that JSON and lines are made of, and what finds them sixteen at a time. */

export const NEWLINE: u8 = 0x0a;
export const QUOTE: u8 = 0x22;
export const COMMA: u8 = 0x2c;
export const MINUS: u8 = 0x2d;
export const DOT: u8 = 0x2e;
export const ZERO: u8 = 0x30;
export const COLON: u8 = 0x3a;
export const OPEN_ARRAY: u8 = 0x5b;
export const BACKSLASH: u8 = 0x5c;
export const CLOSE_ARRAY: u8 = 0x5d;
export const OPEN_OBJECT: u8 = 0x7b;
export const CLOSE_OBJECT: u8 = 0x7d;

/** Bytes that are read at once. Up to so many after the last line may be read, and are not looked at. */
export const BLOCK: usize = 16;

// @ts-ignore: decorator
@inline
export function isSpace(byte: u8): bool {
  return byte == 0x20 || byte == 0x09 || byte == 0x0d;
}

// @ts-ignore: decorator
@inline
export function isDigit(byte: u8): bool {
  return byte - ZERO <= 9;
}

/** Where the spaces, tabs and carriage returns end that begin at a place, if any do. A newline ends them. */
// @ts-ignore: decorator
@inline
export function endOfSpaces(start: usize): usize {
  let at = start;
  while (load<u8>(at) <= 0x20 && isSpace(load<u8>(at))) at += 1;
  return at;
}

/** Where the digits end that begin at a place, if any do. */
// @ts-ignore: decorator
@inline
export function endOfDigits(start: usize): usize {
  let at = start;
  while (true) {
    const offsets = i8x16.sub(v128.load(at), i8x16.splat(ZERO));
    const others = ~i8x16.bitmask(i8x16.eq(v128.min<u8>(offsets, i8x16.splat(9)), offsets)) & 0xffff;
    if (others != 0) return at + ctz(others);
    at += BLOCK;
  }
}
