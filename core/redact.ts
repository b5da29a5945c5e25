/** Gives a text back with `***` in place of every secret that it holds. */
export type Redact = (text: string) => string;

/** What is shorter is no secret, and would be found in many a word. */
const SHORTEST = 6;

/** What stands where a text of others was cut off: the beginning of a secret goes there as well. */
export const CUT = '...';

/**
 * Makes what takes secrets out of texts, in the forms in which they travel: as they are, in base64 and base64url, and
 * each of these percent-encoded or escaped for JSON or HTML. Case does not matter: there are servers that print headers
 * in lower case. Of a secret of several lines each line is one. The beginning of a secret goes as well where three dots
 * say that a text was cut off.
 */
export function redactor(secrets: readonly string[]): Redact {
  const lines = secrets.flatMap((secret) => secret.split(/[\r\n]+/)).map((line) => line.trim());
  const forms = new Set(lines.filter((line) => line.length >= SHORTEST).flatMap(formsOf));
  // The longest first: of two that begin alike, the shorter one would leave the rest of the longer.
  const longestFirst = [...forms].toSorted((a, b) => b.length - a.length);
  const beginnings = longestFirst.map((form) => form.toLowerCase());
  const withoutThoseWithDots = without(longestFirst.filter((form) => form.includes(CUT)));
  const withoutWhole = without(longestFirst);
  // Beginnings go before what is whole: that may be the beginning of another, in base64, whose rest nobody would know.
  return (text) => {
    const parts = withoutThoseWithDots(text).split(CUT);
    const end = parts.pop() ?? '';
    return withoutWhole([...parts.map((part) => withoutBeginning(part, beginnings)), end].join(CUT));
  };
}

function without(forms: readonly string[]): Redact {
  if (forms.length === 0) return (text) => text;
  const pattern = new RegExp(forms.map(literally).join('|'), 'gi');
  return (text) => text.replaceAll(pattern, '***');
}

/** A text without the longest beginning of a secret that it ends with. */
function withoutBeginning(text: string, secrets: readonly string[]): string {
  const longest = secrets[0]?.length ?? 0;
  for (let length = Math.min(longest, text.length); length >= SHORTEST; length -= 1) {
    const end = text.slice(-length).toLowerCase();
    if (secrets.some((secret) => secret.startsWith(end))) return `${text.slice(0, -length)}***`;
  }
  return text;
}

function formsOf(secret: string): string[] {
  const bytes = Buffer.from(secret);
  const text = bytes.toString();
  const base64 = bytes.toString('base64');
  const encoded = [base64, base64.replace(/=+$/, ''), bytes.toString('base64url')];
  const plain = [text, text.replaceAll(/\s+/g, ' '), ...encoded];
  return plain.flatMap((form) => [
    form,
    encodeURIComponent(form),
    JSON.stringify(form).slice(1, -1),
    form.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;'),
  ]);
}

function literally(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, String.raw`\$&`);
}
