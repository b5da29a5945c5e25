/**
 * A text from the other side of a request, for the end of a message: `: "..."`, on one line, at most 200 characters,
 * without control characters. Empty for an empty text.
 */
export function quote(text: string): string {
  const line = text
    .replaceAll(/[\p{Cc}\p{Cf}\s]+/gu, ' ')
    .trim()
    .slice(0, 200);
  return line === '' ? '' : `: "${line}"`;
}
