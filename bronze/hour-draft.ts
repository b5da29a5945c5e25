import type { Format } from './keys.ts';
import type { HourContent, Output } from './manifest.ts';
import type { ObjectSource } from './put-object.ts';

/** One object to land; it has no key yet. */
export interface DraftObject extends ObjectSource, Pick<Output, 'badValues'> {
  readonly format: Format;
  readonly index: number;
  readonly events: number;
}

/** An hour that is ready to land. */
export interface HourDraft {
  readonly content: HourContent;
  readonly objects: readonly DraftObject[];
  /** Land the hour even if its lines are unchanged, since its objects may be damaged. */
  readonly force?: boolean;
}
