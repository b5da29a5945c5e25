import { commit, type Commit } from './commit.ts';
import { HourVanished } from './errors.ts';
import type { HourDraft } from './hour-draft.ts';
import type { HourStore } from './hour-store.ts';
import type { Landing } from './landing.ts';
import { statusOf, type HourContent, type Manifest } from './manifest.ts';

/**
 * Lands one hour by the commit protocol (commit.ts).
 * @throws HourVanished; as `commit`
 */
export async function commitHour(store: HourStore, draft: HourDraft): Promise<Commit<Manifest>> {
  return commit(store, landingOf(draft));
}

function landingOf({ content, objects, force = false }: HourDraft): Landing<Manifest> {
  return {
    objects,
    runId: content.runId,
    fetchedAt: content.source.fetchedAt,
    force,
    isSame: (base) => sameLines(content, base),
    refuse: (base) => refuseVanished(content, base),
    manifestOf: ({ revision, epoch, attemptId, ...landed }, base) => ({
      version: 1,
      status: statusOf(content),
      revision,
      epoch,
      attemptId,
      ...content,
      eventsBefore: base === undefined || sameLines(content, base) ? null : base.events,
      ...landed,
    }),
  };
}

/**
 * A 404 for an hour that has lines is not newer data: the data expired, the keys are of another project, or Amplitude
 * has a fault. It must not replace the lines. `also`: what else the message says, in words that follow `and`.
 * @throws HourVanished
 */
export function refuseVanished(
  { source, window }: Pick<HourContent, 'source' | 'window'>,
  base: Manifest,
  also?: string,
): void {
  if (source.httpStatus !== 404 || base.status === 'empty') return;
  const more = also === undefined ? '' : `, and ${also}`;
  throw new HourVanished(
    `Amplitude has no data (404) for ${window}, which landed with ${base.events} events${more}; nothing was changed`,
  );
}

/**
 * True when the hour already has these lines. The digest covers rejected lines too. A new MAX_LINE_BYTES can turn a
 * rejected line into an event without changing the digest, so the counts are compared as well.
 */
function sameLines(content: HourContent, base: Manifest): boolean {
  return (
    base.digest === content.digest && base.events === content.events && base.rejected === content.rejected
  );
}
