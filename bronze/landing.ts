import type { CommonManifest, FormatOf, Output } from './common-manifest.ts';
import type { ObjectSource } from './put-object.ts';

/** One object to land; it has no key yet. `index` is its place among the objects of its format. */
export interface DraftObject<F extends string> extends ObjectSource, Pick<Output, 'badValues'> {
  readonly format: F;
  readonly index: number;
  readonly events: number;
}

/** The fields of a new manifest that the commit protocol fills. */
export type Landed<F extends string> = Pick<
  CommonManifest<F>,
  'revision' | 'epoch' | 'attemptId' | 'outputs' | 'superseded' | 'createdAt' | 'producer'
>;

/** What an attempt lands: its objects, and what the commit protocol asks of their content. */
export interface Landing<M extends CommonManifest> {
  readonly objects: readonly DraftObject<FormatOf<M>>[];
  readonly runId: string;
  /** When the source was asked, as an ISO time: of two contents, the later one stays. */
  readonly fetchedAt: string;
  /** Land although the content is unchanged, since the landed objects may be damaged. */
  readonly force: boolean;
  /** True when a manifest has the same content, in whatever formats. */
  readonly isSame: (base: M) => boolean;
  /** Throws when the content must not replace that of a manifest. */
  readonly refuse: (base: M) => void;
  /** The new manifest; `base` is the one that it replaces. */
  readonly manifestOf: (landed: Landed<FormatOf<M>>, base: M | undefined) => M;
}
