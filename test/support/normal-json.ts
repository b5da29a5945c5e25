/** A string or a number of a JSON text. */
const TOKEN = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

/**
 * A JSON text in one spelling: strings without escapes that are not needed, integers as they are, and other numbers as
 * JavaScript writes them. Readers of JSON that keep all values may write another spelling, and no other text.
 */
export function normalJson(text: string): string {
  return text.replaceAll(TOKEN, (token) => {
    // Half of a surrogate pair has no UTF-8: it becomes U+FFFD.
    if (token.startsWith('"')) return JSON.stringify(Buffer.from(String(JSON.parse(token))).toString());
    return /^-?\d+$/.test(token) ? token : String(Number(token));
  });
}
