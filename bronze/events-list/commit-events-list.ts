import { commit, type Commit } from '../commit.ts';
import type { DraftObject } from '../landing.ts';
import type { ManifestStore } from '../manifest-store.ts';
import type { EventsListFormat } from './keys.ts';
import type { EventsListContent, EventsListManifest } from './manifest.ts';

/** A snapshot that is ready to land. */
export interface EventsListDraft {
  readonly content: EventsListContent;
  readonly objects: readonly DraftObject<EventsListFormat>[];
}

/**
 * Lands a snapshot of the events list by the commit protocol (commit.ts). It replaces an earlier one of the same date,
 * unless that has the same lines.
 * @throws as `commit`
 */
export async function commitEventsList(
  store: ManifestStore<EventsListManifest>,
  { content, objects }: EventsListDraft,
): Promise<Commit<EventsListManifest>> {
  return commit(store, {
    objects,
    runId: content.runId,
    fetchedAt: content.source.fetchedAt,
    force: false,
    isSame: (base) => base.digest === content.digest && base.events === content.events,
    // Whatever Amplitude says is the events list of now.
    refuse: () => undefined,
    manifestOf: ({ revision, epoch, attemptId, ...landed }) => ({
      version: 1,
      kind: 'events_list',
      revision,
      epoch,
      attemptId,
      ...content,
      ...landed,
    }),
  });
}
