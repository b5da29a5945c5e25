import { BACKSLASH, BLOCK, DOT, endOfDigits, isDigit, MINUS, QUOTE, ZERO } from './bytes';

/** Set when a string has an escape; whoever wants to know resets it first. */
export let hasEscape: bool = false;

export function resetEscape(): void {
  hasEscape = false;
}

/**
 * The closing quote of the string whose first character is at `start`; 0 when it has none. Every line ends with a
 * newline, which no string may have, so the search ends there at the latest. Source: RFC 8259, section 7.
 */
// @ts-ignore: decorator
@inline
export function endOfString(start: usize): usize {
  const found = endsIn(v128.load(start));
  const at = start + ctz(found);
  return found != 0 && load<u8>(at) == QUOTE ? at : endOfLongString(start);
}

/** The same, for strings of any length and with escapes. */
function endOfLongString(start: usize): usize {
  let at = start;
  while (true) {
    const found = endsIn(v128.load(at));
    if (found == 0) {
      at += BLOCK;
      continue;
    }
    at += ctz(found);
    const byte = load<u8>(at);
    if (byte == QUOTE) return at;
    if (byte != BACKSLASH) return 0;
    hasEscape = true;
    at = endOfEscape(at + 1);
    if (at == 0) return 0;
  }
}

/** One bit for each byte that ends a string, begins an escape, or may not be in a string. */
// @ts-ignore: decorator
@inline
function endsIn(block: v128): u32 {
  const quotes = i8x16.eq(block, i8x16.splat(QUOTE));
  const backslashes = i8x16.eq(block, i8x16.splat(BACKSLASH));
  const controls = i8x16.eq(v128.min<u8>(block, i8x16.splat(0x1f)), block);
  return i8x16.bitmask(v128.or(v128.or(quotes, backslashes), controls));
}

/** Where the escape ends whose byte after the backslash is at `at`; 0 when it is none. */
function endOfEscape(at: usize): usize {
  switch (load<u8>(at)) {
    case 0x22: // "
    case 0x5c: // \
    case 0x2f: // /
    case 0x62: // b
    case 0x66: // f
    case 0x6e: // n
    case 0x72: // r
    case 0x74: // t
      return at + 1;
    case 0x75: // u
      for (let digit: usize = 1; digit <= 4; digit += 1) if (!isHex(load<u8>(at + digit))) return 0;
      return at + 5;
    default:
      return 0;
  }
}

function isHex(byte: u8): bool {
  const letter = byte | 0x20;
  return isDigit(byte) || (letter >= 0x61 && letter <= 0x66);
}

/** Where the number, `true`, `false` or `null` ends that begins at a place; 0 when none does. */
export function endOfLiteral(start: usize): usize {
  const first = load<u8>(start);
  if (isDigit(first) || first == MINUS) return endOfNumber(start);
  const word = load<u32>(start);
  if (word == 0x65757274 || word == 0x6c6c756e) return start + 4; // true, null
  return word == 0x736c6166 && load<u8>(start, 4) == 0x65 ? start + 5 : 0; // false
}

/** Source: RFC 8259, section 6. */
function endOfNumber(start: usize): usize {
  let at = load<u8>(start) == MINUS ? start + 1 : start;
  const first = load<u8>(at);
  if (!isDigit(first)) return 0;
  at = first == ZERO ? at + 1 : endOfDigits(at + 1);
  if (load<u8>(at) == DOT) {
    if (!isDigit(load<u8>(at, 1))) return 0;
    at = endOfDigits(at + 1);
  }
  if ((load<u8>(at) | 0x20) != 0x65) return at; // e or E
  const sign = load<u8>(at, 1);
  at += sign == MINUS || sign == 0x2b ? 2 : 1; // - or +
  return isDigit(load<u8>(at)) ? endOfDigits(at) : 0;
}
