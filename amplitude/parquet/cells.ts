import type { ColumnKind } from './table.ts';

/**
 * A row of a rows file has a cell for each column. It is the text that `query.ts` casts, and it is empty for null. No
 * cell has one of these two bytes: JSON in one line has no control characters but tabs and carriage returns. DuckDB takes
 * every carriage return for the end of a row, so another character stands for it.
 */
export const [END_OF_CELL, END_OF_ROW, RETURN_SIGN] = [0x1f, 0x0a, 0x1e];
export const RETURN = 0x0d;

const [QUOTE, BACKSLASH] = [0x22, 0x5c];
const [OBJECT, ARRAY, NULL] = [0x7b, 0x5b, 0x6e];

/** A text that could not stand in a cell without its quotes. */
// oxlint-disable-next-line no-control-regex
const NEEDS_QUOTES = /^(?:"|$)|[\0-\x1f]/;
/** What Amplitude writes in the place of a boolean that it does not have. */
const NO_BOOLEAN = /^"(?:\(none\))?"$/;

/** True for a JSON value, given by its place in `bytes`, that stands for no value in a column of this kind. */
export function isNoValue(kind: ColumnKind, bytes: Buffer, start: number, end: number): boolean {
  if (bytes[start] === NULL) return true;
  return (
    kind === 'boolean' && bytes[start] === QUOTE && NO_BOOLEAN.test(bytes.toString('latin1', start, end))
  );
}

/**
 * Writes the cell of a JSON value, which is no longer than the value. Returns where it ends in `target`.
 *
 * A cell is the value as it is written, with two exceptions. A JSON string in a column of strings or times is decoded,
 * unless it is empty, begins with a quote or has control characters: then it keeps its quotes. And an object or array in
 * a column of strings is no string, so its cell is empty.
 */
export function writeCell(
  kind: ColumnKind,
  bytes: Buffer,
  start: number,
  end: number,
  target: Buffer,
  at: number,
): number {
  if (kind !== 'string' && kind !== 'timestamp') return copyBytes(bytes, start, end, target, at);
  const first = bytes[start];
  if (first === OBJECT || first === ARRAY) return at;
  if (first !== QUOTE || end - start === 2) return copyBytes(bytes, start, end, target, at);
  let to = at;
  for (let from = start + 1; from < end - 1; from += 1) {
    const byte = bytes[from] ?? 0;
    if (byte === BACKSLASH) return at + target.write(decodedCell(bytes.toString('utf8', start, end)), at);
    target[to] = byte;
    to += 1;
  }
  return to;
}

/** The cell of a JSON string that has escapes. Half of a surrogate pair alone has no UTF-8: it becomes U+FFFD. */
function decodedCell(token: string): string {
  const text = Buffer.from(String(JSON.parse(token))).toString();
  return NEEDS_QUOTES.test(text) ? JSON.stringify(text) : text;
}

/** Few bytes are copied faster one by one than by a call. */
const FEW_BYTES = 48;

/** Copies bytes. Returns where they end in `target`. */
export function copyBytes(bytes: Buffer, start: number, end: number, target: Buffer, at: number): number {
  if (end - start > FEW_BYTES) return at + bytes.copy(target, at, start, end);
  for (let from = start; from < end; from += 1) target[at + from - start] = bytes[from] ?? 0;
  return at + end - start;
}
