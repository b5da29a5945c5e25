import { byteAt, endOfScalar, endOfSpaces, endOfString } from './json-tokens.ts';

/** What JSON text is: an object, with the text of its `server_upload_time` if it has one, or another value. */
export type JsonKind =
  | { readonly kind: 'object'; readonly uploadTime: string | undefined }
  | { readonly kind: 'other' }
  | { readonly kind: 'invalid' };

const UPLOAD_TIME = 'server_upload_time';
/** As many bytes as that key may be written in: six for each letter that is escaped, and two quotes. */
const LONGEST_UPLOAD_TIME_KEY = 6 * UPLOAD_TIME.length + 2;

const [QUOTE, COMMA, COLON] = [0x22, 0x2c, 0x3a];
const [OPEN_ARRAY, CLOSE_ARRAY, OPEN_OBJECT, CLOSE_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d];

/**
 * Says what `JSON.parse` would make of a text in valid UTF-8, without making it: of a line of brackets it makes fifty
 * times the bytes. One bit for each level is all that is kept here. Source: RFC 8259.
 */
export function walkJson(text: Buffer): JsonKind {
  return new JsonWalk(text).walk();
}

class JsonWalk {
  readonly #text: Buffer;
  /** For each level, whether it is an object. */
  readonly #objects: Uint8Array;
  #depth = 0;
  #at: number;
  #uploadTime: string | undefined;
  /** Whether the value to come is the upload time of the outermost object. */
  #isUploadTime = false;

  constructor(text: Buffer) {
    this.#text = text;
    this.#objects = new Uint8Array((text.length >> 3) + 1);
    this.#at = endOfSpaces(text, 0);
  }

  walk(): JsonKind {
    const isObject = this.#byte() === OPEN_OBJECT;
    do {
      if (!this.#takeValue()) return { kind: 'invalid' };
    } while (this.#depth > 0);
    if (this.#at < this.#text.length) return { kind: 'invalid' };
    return isObject ? { kind: 'object', uploadTime: this.#uploadTime } : { kind: 'other' };
  }

  /** Takes a scalar, or the beginning of an object or array, and what follows up to the next value. */
  #takeValue(): boolean {
    const start = this.#at;
    const first = this.#byte();
    const isUploadTime = this.#isUploadTime;
    this.#isUploadTime = false;
    // A key that comes twice has its last value, whatever that is.
    if (isUploadTime) this.#uploadTime = undefined;
    if (first === OPEN_OBJECT || first === OPEN_ARRAY) {
      this.#open(first === OPEN_OBJECT);
      if (this.#byte() === (first === OPEN_OBJECT ? CLOSE_OBJECT : CLOSE_ARRAY)) return this.#afterValue();
      return first === OPEN_ARRAY || this.#takeKey();
    }
    const end = endOfScalar(this.#text, start);
    if (end === -1) return false;
    if (isUploadTime && first === QUOTE) this.#uploadTime = this.#string(start, end);
    this.#goOn(end);
    return this.#afterValue();
  }

  /** Takes what closes, then a comma and, in an object, a key. */
  #afterValue(): boolean {
    while (this.#depth > 0) {
      const byte = this.#byte();
      this.#goOn(this.#at + 1);
      if (byte === COMMA) return !this.#inObject() || this.#takeKey();
      if (byte !== (this.#inObject() ? CLOSE_OBJECT : CLOSE_ARRAY)) return false;
      this.#depth -= 1;
    }
    return true;
  }

  /** Takes a key and its colon. */
  #takeKey(): boolean {
    const start = this.#at;
    const end = endOfString(this.#text, start);
    if (end === -1) return false;
    this.#isUploadTime =
      this.#depth === 1 && end - start <= LONGEST_UPLOAD_TIME_KEY && this.#string(start, end) === UPLOAD_TIME;
    this.#goOn(end);
    const colon = this.#byte();
    this.#goOn(this.#at + 1);
    return colon === COLON;
  }

  #open(isObject: boolean): void {
    const [index, bit] = [this.#depth >> 3, 1 << (this.#depth & 7)];
    const others = (this.#objects[index] ?? 0) & ~bit;
    this.#objects[index] = isObject ? others | bit : others;
    this.#depth += 1;
    this.#goOn(this.#at + 1);
  }

  #inObject(): boolean {
    const level = this.#depth - 1;
    return ((this.#objects[level >> 3] ?? 0) & (1 << (level & 7))) !== 0;
  }

  /** To the next token from that place on. */
  #goOn(at: number): void {
    this.#at = endOfSpaces(this.#text, at);
  }

  #byte(): number {
    return byteAt(this.#text, this.#at);
  }

  #string(start: number, end: number): string {
    return String(JSON.parse(this.#text.toString('utf8', start, end)));
  }
}
