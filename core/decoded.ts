/** A percent-encoded text, decoded; as it is if a % in it begins no code. */
export function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
