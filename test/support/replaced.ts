/** A text in which the first match of a pattern is replaced. Throws when there is no match: the text would be unchanged. */
export function replaced(text: string, pattern: RegExp, value: string): string {
  if (!pattern.test(text)) throw new Error(`${String(pattern)} does not match ${text.slice(0, 200)}`);
  return text.replace(pattern, value);
}
