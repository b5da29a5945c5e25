/** What `byteAt` gives where no byte is. */
const NOTHING = -1;

const [QUOTE, PLUS, MINUS, DOT, ZERO, NINE, BACKSLASH] = [0x22, 0x2b, 0x2d, 0x2e, 0x30, 0x39, 0x5c];
const [LETTER_E, LETTER_U] = [0x65, 0x75];
const SPACES = new Set([0x20, 0x09, 0x0a, 0x0d]);
const ESCAPED = new Set(Buffer.from('"\\/bfnrt'));
const LITERALS = ['true', 'false', 'null'];

/** The byte at a place of the text; -1 beyond its end. */
export function byteAt(text: Buffer, at: number): number {
  return text[at] ?? NOTHING;
}

/** Where the spaces end that begin at a place, if any do. */
export function endOfSpaces(text: Buffer, start: number): number {
  let at = start;
  while (SPACES.has(byteAt(text, at))) at += 1;
  return at;
}

/** Where the string, number, `true`, `false` or `null` ends that begins at a place; -1 when none does. */
export function endOfScalar(text: Buffer, start: number): number {
  const byte = byteAt(text, start);
  if (byte === QUOTE) return endOfString(text, start);
  if (byte === MINUS || isDigit(byte)) return endOfNumber(text, start);
  const literal = LITERALS.find((word) => text.toString('latin1', start, start + word.length) === word);
  return literal === undefined ? -1 : start + literal.length;
}

/** Where the string ends that begins at a place; -1 when none does. Source: RFC 8259, section 7. */
export function endOfString(text: Buffer, start: number): number {
  if (byteAt(text, start) !== QUOTE) return -1;
  let at = start + 1;
  for (let byte = byteAt(text, at); byte !== QUOTE; byte = byteAt(text, at)) {
    if (byte < 0x20) return -1;
    if (byte === BACKSLASH) {
      at += 1;
      if (byteAt(text, at) === LETTER_U) {
        if (!/^[0-9a-f]{4}$/i.test(text.toString('latin1', at + 1, at + 5))) return -1;
        at += 4;
      } else if (!ESCAPED.has(byteAt(text, at))) {
        return -1;
      }
    }
    at += 1;
  }
  return at + 1;
}

/** Source: RFC 8259, section 6. */
function endOfNumber(text: Buffer, start: number): number {
  let at = byteAt(text, start) === MINUS ? start + 1 : start;
  at = byteAt(text, at) === ZERO ? at + 1 : endOfDigits(text, at);
  if (at !== -1 && byteAt(text, at) === DOT) at = endOfDigits(text, at + 1);
  if (at === -1 || (byteAt(text, at) | 0x20) !== LETTER_E) return at;
  const sign = byteAt(text, at + 1);
  return endOfDigits(text, sign === PLUS || sign === MINUS ? at + 2 : at + 1);
}

function endOfDigits(text: Buffer, start: number): number {
  let at = start;
  while (isDigit(byteAt(text, at))) at += 1;
  return at === start ? -1 : at;
}

function isDigit(byte: number): boolean {
  return byte >= ZERO && byte <= NINE;
}
