/** One file of the corpus. */
export interface CorpusCase {
  /** Says what comes of it, as README.md has it, without `.zip`. */
  readonly name: string;
  readonly bytes: Buffer;
  /** What the message of a refusal says besides the member's name. */
  readonly says?: RegExp;
}

/** The name of the member that an archive is refused for, or a part of it: messages must quote it. */
export const CULPRIT = 'culprit';

/** An event as small as they come. */
export function event(number: number): string {
  return `{"uuid":"${number}"}`;
}
