/** What the other side of a request said, as one short line without control characters: `: "..."`, or nothing. */
export function quote(text: string): string {
  const line = text
    .replaceAll(/[\p{Cc}\p{Cf}\s]+/gu, ' ')
    .trim()
    .slice(0, 200);
  return line === '' ? '' : `: "${line}"`;
}
