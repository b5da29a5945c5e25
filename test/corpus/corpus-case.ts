/** One file of the corpus. */
export interface CorpusCase {
  /** The file's name without `.zip`; it says the expected outcome, in the form of README.md. */
  readonly name: string;
  readonly bytes: Buffer;
  /** A part of the message of a refusal, besides the member's name. */
  readonly says?: RegExp;
}

/** The name, or its beginning, of the member for which an archive is refused: messages must quote it. */
export const CULPRIT = 'culprit';

/** A very small event. */
export function event(number: number): string {
  return `{"uuid":"${number}"}`;
}
