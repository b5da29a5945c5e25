const MAX_CHARACTERS = 200;

/** A member's name as messages quote it. Names are untrusted: this one is short, and has nothing that a terminal obeys. */
export function quoteName(name: string): string {
  const short = name.length <= MAX_CHARACTERS ? name : `${name.slice(0, MAX_CHARACTERS)}...`;
  return JSON.stringify(short).replaceAll(
    /[\p{Cc}\p{Cf}]/gu,
    (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`,
  );
}
