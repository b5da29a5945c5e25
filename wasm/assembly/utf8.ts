import { BLOCK } from './bytes';

/** Whether the bytes are UTF-8. Source: RFC 3629, the table of section 4. */
export function isUtf8(start: usize, end: usize): bool {
  let at = start;
  while (at < end) {
    const high = i8x16.bitmask(v128.load(at));
    if (high == 0) {
      at += BLOCK;
      continue;
    }
    at += ctz(high);
    if (at >= end) return true;
    const first = load<u8>(at);
    const bytes = lengthOf(first);
    if (bytes == 0 || at + bytes > end || !isSecond(first, load<u8>(at, 1))) return false;
    if (bytes > 2 && !isTail(load<u8>(at, 2))) return false;
    if (bytes > 3 && !isTail(load<u8>(at, 3))) return false;
    at += bytes;
  }
  return true;
}

/** How many bytes the character has that begins with a byte from 0x80 on; 0 when none does. */
function lengthOf(first: u8): usize {
  if (first < 0xc2) return 0;
  if (first < 0xe0) return 2;
  if (first < 0xf0) return 3;
  return first < 0xf5 ? 4 : 0;
}

/** Refuses characters in more bytes than they need, surrogates, and what is beyond U+10FFFF. */
function isSecond(first: u8, second: u8): bool {
  if (!isTail(second)) return false;
  if (first == 0xe0) return second >= 0xa0;
  if (first == 0xed) return second < 0xa0;
  if (first == 0xf0) return second >= 0x90;
  return first != 0xf4 || second < 0x90;
}

function isTail(byte: u8): bool {
  return (byte & 0xc0) == 0x80;
}
