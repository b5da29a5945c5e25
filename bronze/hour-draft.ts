import type { Format } from './keys.ts';
import type { DraftObject } from './landing.ts';
import type { HourContent } from './manifest.ts';

/** One object of an hour to land. */
export type HourObject = DraftObject<Format>;

/** An hour that is ready to land. */
export interface HourDraft {
  readonly content: HourContent;
  readonly objects: readonly HourObject[];
  /** Land the hour even if its lines are unchanged, since its objects may be damaged. */
  readonly force?: boolean;
}
