const ZERO = 0x30;
const HEX_DIGITS = Buffer.from('0123456789abcdef');

/** Writes the lowest hex digits of a number. By hand: to make a text for each number would take most of the time. */
export function writeHex(line: Buffer, at: number, bits: number, digits: number): void {
  let left = bits;
  for (let index = at + digits - 1; index >= at; index -= 1) {
    line[index] = HEX_DIGITS[left & 0xf] ?? ZERO;
    left >>>= 4;
  }
}

/** Writes the lowest decimal digits of a whole number that is not negative. */
export function writeDecimal(line: Buffer, at: number, value: number, digits: number): void {
  let left = value;
  for (let index = at + digits - 1; index >= at; index -= 1) {
    line[index] = ZERO + (left % 10);
    left = Math.floor(left / 10);
  }
}
