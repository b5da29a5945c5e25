/** A polynomial over GF(2), reflected: the highest bit of `high` is the coefficient of x^0, the lowest of `low` that of x^63. */
interface Polynomial {
  readonly high: number;
  readonly low: number;
}

/** The polynomial of CRC-64/NVME, reflected. Source: NVM Express NVM Command Set Specification 1.0, section 5.2.1.3.4. */
const MODULUS: Polynomial = { high: 0x9a6c9329, low: 0xac4bc9b5 };

/** x^(8 * 2^k), for every k that a number of bytes can have. */
const POWERS = squaresOf({ high: 0x00800000, low: 0 }, 53);

/**
 * The CRC-64/NVME of two byte strings in a row, from the CRC of each and the number of bytes of the second. CRCs are in
 * base64, as S3 writes them. Source: `crc32_combine` of zlib, with another polynomial.
 */
export function crc64Combine(first: string, second: string, secondBytes: number): string {
  let shifted = fromBase64(first);
  let rest = secondBytes;
  for (const power of POWERS) {
    if (rest === 0) break;
    if (rest % 2 === 1) shifted = multiply(shifted, power);
    rest = Math.floor(rest / 2);
  }
  const { high, low } = fromBase64(second);
  return toBase64({ high: shifted.high ^ high, low: shifted.low ^ low });
}

/** The product of two polynomials, modulo the polynomial of the CRC. */
function multiply(a: Polynomial, b: Polynomial): Polynomial {
  let { high, low } = b;
  const product = { high: 0, low: 0 };
  for (const word of [a.high, a.low]) {
    for (let bit = 31; bit >= 0; bit -= 1) {
      if (((word >>> bit) & 1) === 1) {
        product.high ^= high;
        product.low ^= low;
      }
      const carry = (low & 1) === 1;
      low = (low >>> 1) | (high << 31);
      high >>>= 1;
      if (carry) {
        high ^= MODULUS.high;
        low ^= MODULUS.low;
      }
    }
  }
  return product;
}

function squaresOf(first: Polynomial, count: number): Polynomial[] {
  const squares = [first];
  for (let square = first; squares.length < count; squares.push(square)) square = multiply(square, square);
  return squares;
}

function fromBase64(text: string): Polynomial {
  const bytes = Buffer.from(text, 'base64');
  return { high: bytes.readUInt32BE(0), low: bytes.readUInt32BE(4) };
}

function toBase64({ high, low }: Polynomial): string {
  const bytes = Buffer.alloc(8);
  bytes.writeUInt32BE(high >>> 0, 0);
  bytes.writeUInt32BE(low >>> 0, 4);
  return bytes.toString('base64');
}
