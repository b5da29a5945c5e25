/**
 * The lines of plain NDJSON, in Latin-1 (one character for each byte). A blank line is a line here, and what follows the
 * last newline is none: in a comparison, neither passes for plain NDJSON.
 */
export function ndjsonLines(bytes: Buffer): string[] {
  return bytes.toString('latin1').split('\n').slice(0, -1);
}

/** Whether no line is blank, and each has a newline. */
export function isPlainNdjson(bytes: Buffer): boolean {
  const text = bytes.toString('latin1');
  return /\n$|^$/.test(text) && ndjsonLines(bytes).every((line) => !/^[ \t\r]*$/.test(line));
}
