import { EventsListInvalid } from '../errors.ts';

const [QUOTE, BACKSLASH, COMMA] = [0x22, 0x5c, 0x2c];
const [OPEN_OBJECT, CLOSE_OBJECT, OPEN_ARRAY, CLOSE_ARRAY] = [0x7b, 0x7d, 0x5b, 0x5d];
const [SPACE, TAB, NEWLINE, RETURN] = [0x20, 0x09, 0x0a, 0x0d];

/**
 * A JSON text with spaces in the place of its line breaks: a copy. A string of JSON has no line break; in a text that is
 * not JSON, one may stay.
 */
export function onOneLine(json: Uint8Array): Buffer {
  const line = Buffer.from(json);
  for (let at = 0; at < line.length; at += 1) {
    const byte = line[at];
    if (byte === QUOTE) at = endOfString(line, at);
    else if (byte === NEWLINE || byte === RETURN) line[at] = SPACE;
  }
  return line;
}

/** The elements of an array, each on a line with a newline. */
export interface ElementLines {
  readonly lines: Buffer;
  readonly elements: number;
}

/**
 * Cuts a JSON array of objects, in valid JSON without line breaks, into its elements, from brace to brace. However many
 * there are, it takes no more memory than the array.
 * @throws EventsListInvalid when an element is not an object
 */
export function cutElements(array: Buffer): ElementLines {
  // Each element has a comma or bracket before it, so its newline has room.
  const lines = Buffer.alloc(array.length);
  let bytes = 0;
  let elements = 0;
  let depth = 0;
  let start = 0;
  for (let at = 0; at < array.length; at += 1) {
    const byte = array[at] ?? SPACE;
    if (depth === 1 && !isBetweenObjects(byte))
      throw new EventsListInvalid(`the element ${elements} of "data" is not an object`);
    if (byte === QUOTE) {
      at = endOfString(array, at);
    } else if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) {
      if (depth === 1) start = at;
      depth += 1;
    } else if (byte === CLOSE_OBJECT || byte === CLOSE_ARRAY) {
      depth -= 1;
      if (depth !== 1) continue;
      bytes += array.copy(lines, bytes, start, at + 1);
      lines[bytes] = NEWLINE;
      bytes += 1;
      elements += 1;
    }
  }
  return { lines: lines.subarray(0, bytes), elements };
}

/** True for a byte that may follow the beginning of the array, or one of its objects. */
function isBetweenObjects(byte: number): boolean {
  return [OPEN_OBJECT, COMMA, CLOSE_ARRAY, SPACE, TAB].includes(byte);
}

/** Where the closing quote is of the string that begins at `start`; the end of the bytes when it has none. */
function endOfString(bytes: Buffer, start: number): number {
  let at = start + 1;
  while (at < bytes.length && bytes[at] !== QUOTE) at += bytes[at] === BACKSLASH ? 2 : 1;
  return at;
}
