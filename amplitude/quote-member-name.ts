import { printable } from '../core/printable.ts';

/**
 * In characters, escapes included. A failed hour is told in 300 of them: beside the name there must be room for that the
 * retries are over, and for all that is wrong with the member.
 */
const MAX_CHARACTERS = 80;

/** A member's name as messages quote it. Names are untrusted: this one is short, and has nothing that a terminal obeys. */
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
