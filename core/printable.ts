/**
 * Characters that control a terminal, or that break or reorder lines: control characters (C0, DEL, C1), format
 * characters (among them those that set the direction of writing), line and paragraph separators. Source: Unicode,
 * general categories.
 */
const CONTROLS = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** A text from outside, made safe to show: on one line, with each control character written as `\u{9b}`. */
export function printable(text: string): string {
  return text.replaceAll(CONTROLS, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`);
}

/** The same JSON with control characters as JSON escapes. JSON itself leaves most of them unescaped. */
export function printableJson(json: string): string {
  return json.replaceAll(CONTROLS, (character) =>
    character
      .split('')
      .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
      .join(''),
  );
}
