/** Returns a text with `***` in place of every secret in it. */
export type Redact = (text: string) => string;

/** Shorter texts are not treated as secrets: they occur inside ordinary words. */
const MIN_LENGTH = 6;

/** Marks the place where a text from outside was cut off. The beginning of a secret before it is removed too. */
export const CUT = '...';

/**
 * Returns a function that removes secrets from texts, in every form in which they are sent: as they are, in base64
 * and base64url, and each of these percent-encoded or escaped for JSON or HTML. It ignores case, since some servers
 * print headers in lower case. Each line of a secret of several lines is a secret. It also removes the beginning of a
 * secret before three dots, where a text was cut off.
 */
export function redactor(secrets: readonly string[]): Redact {
  const lines = secrets.flatMap((secret) => secret.split(/[\r\n]+/)).map((line) => line.trim());
  const forms = new Set(lines.filter((line) => line.length >= MIN_LENGTH).flatMap(formsOf));
  // The longest first: if two secrets begin alike, removing the shorter one would leave the rest of the longer one.
  const longestFirst = [...forms].toSorted((a, b) => b.length - a.length);
  const beginnings = longestFirst.map((form) => form.toLowerCase());
  const withoutThoseWithDots = without(longestFirst.filter((form) => form.includes(CUT)));
  const withoutWhole = without(longestFirst);
  // Beginnings are removed before whole secrets. In base64, a whole secret may be the beginning of another: its rest
  // would stay and not be recognized.
  return (text) => {
    const parts = withoutThoseWithDots(text).split(CUT);
    const end = parts.pop() ?? '';
    return withoutWhole([...parts.map((part) => withoutBeginning(part, beginnings)), end].join(CUT));
  };
}

function without(forms: readonly string[]): Redact {
  if (forms.length === 0) return (text) => text;
  const pattern = new RegExp(forms.map(escapeRegExp).join('|'), 'gi');
  return (text) => text.replaceAll(pattern, '***');
}

/** Removes the longest beginning of a secret from the end of a text. */
function withoutBeginning(text: string, secrets: readonly string[]): string {
  const longest = secrets[0]?.length ?? 0;
  for (let length = Math.min(longest, text.length); length >= MIN_LENGTH; length -= 1) {
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

function escapeRegExp(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, String.raw`\$&`);
}
