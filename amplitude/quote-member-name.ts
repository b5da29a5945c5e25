import { printable } from '../core/printable.ts';

/**
 * In characters, escapes included. The reason of a failed hour has at most 300 characters. Besides the name it must hold
 * that the retries are over, and what is wrong with the member.
 */
const MAX_CHARACTERS = 80;

/** A member's name as messages quote it. Names are untrusted, so it is cut and its control characters are escaped. */
export function quoteName(name: string): string {
  let quoted = '';
  for (const character of name) {
    const escaped = escape(character);
    if (quoted.length + escaped.length > MAX_CHARACTERS) return `"${quoted}..."`;
    quoted += escaped;
  }
  return `"${quoted}"`;
}

function escape(character: string): string {
  return printable(JSON.stringify(character).slice(1, -1));
}
