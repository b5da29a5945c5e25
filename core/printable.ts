/**
 * What a terminal obeys, or what breaks or reorders lines: control characters (C0, DEL, C1), format characters (among
 * them those that set the direction of writing), line and paragraph separators. Source: Unicode, general categories.
 */
const OBEYED = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** A text of others as it may be shown to people: on one line, each character that a terminal would obey as `\u{9b}`. */
export function printable(text: string): string {
  return text.replaceAll(OBEYED, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`);
}

/** The same JSON with such characters as escapes of JSON's own, which leaves most of them as they are. */
export function printableJson(json: string): string {
  return json.replaceAll(OBEYED, (character) =>
    character
      .split('')
      .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
      .join(''),
  );
}
