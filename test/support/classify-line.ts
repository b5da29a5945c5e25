/** The kind of a line, found in another way than by `inspectLine`: with the strict TextDecoder, then JSON.parse. */
export function classifyLine(line: Uint8Array, maxLineBytes = Infinity): string {
  if (line.length > maxLineBytes) return 'too long';
  if (line.every((byte) => [0x20, 0x09, 0x0d].includes(byte))) return 'blank';
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(line);
  } catch {
    return 'invalid UTF-8';
  }
  try {
    return /^\[object Object\]$/.test(Object.prototype.toString.call(JSON.parse(text)))
      ? 'event'
      : 'not a JSON object';
  } catch {
    return 'invalid JSON';
  }
}
