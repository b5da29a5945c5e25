import { Context } from '@temporalio/activity';
import type { EventsListLines } from '../amplitude/events-list/parse-events-list.ts';
import { writeLines, writeRows } from '../amplitude/events-list/write-events-list.ts';
import type { Outcome } from '../bronze/compare-with-base.ts';
import { commitEventsList, type EventsListDraft } from '../bronze/events-list/commit-events-list.ts';
import { eventsListFormats, type EventsListFormat } from '../bronze/events-list/keys.ts';
import { eventsListStore } from '../bronze/events-list/store.ts';
import type { WorkerSettings } from '../config/settings.ts';
import { messageOf } from '../core/errors.ts';
import { inScratchFolder } from '../work-dir/scratch-folder.ts';
import { runAttempt, type Attempt } from './attempt.ts';
import type { ActivityDependencies } from './dependencies.ts';
import { fetchEventsList } from './fetch-events-list.ts';
import { observedBy } from './observe-storage.ts';
import { parquetOperation } from './parquet-operation.ts';
import { removeOrphansLate } from './remove-orphans-late.ts';

/** The result of a snapshot of the events list; `bytes` is the size of its objects. */
export interface Snapshot {
  /** The UTC date of the request, like `2026-01-01`. */
  readonly date: string;
  readonly outcome: Outcome;
  readonly revision: number;
  /** How many event types the list has. */
  readonly events: number;
  readonly bytes: number;
  readonly objects: number;
  /**
   * Why the storage did not remove what the snapshot has replaced; absent when nothing is left. It has landed: another
   * attempt would ask Amplitude again.
   */
  readonly notRemoved?: string;
}

/**
 * Requests the events list and lands it as the snapshot of the UTC date of the request. Its files are in a folder of the
 * worker until then; it takes no slot.
 */
export async function snapshotEventsList(dependencies: ActivityDependencies): Promise<Snapshot> {
  // The same for every attempt, so that each finds the logs of the attempts before it.
  const eventsListOf = dateOf(Context.current().info.scheduledTimestampMs);
  return runAttempt(dependencies, { eventsListOf }, (attempt) =>
    inScratchFolder(dependencies.workDir.workerFolder, 'events-list', async (folder) => {
      const { source, ...list } = await fetchEventsList(dependencies, attempt, folder);
      const objects = await writeObjects(dependencies, attempt, folder, list, source.fetchedAt);
      const { events, digest } = list;
      const { workflowId, runId } = attempt;
      const date = dateOf(Date.parse(source.fetchedAt));
      const content = { date, events, digest, source, workflowId, runId };
      return land(dependencies, attempt, { content, objects });
    }),
  );
}

/** A list without event types has no objects, like an hour without events. */
async function writeObjects(
  { settings }: ActivityDependencies,
  { log, say, signal }: Attempt,
  folder: string,
  { lines, events }: EventsListLines,
  fetchedAt: string,
): Promise<EventsListDraft['objects']> {
  if (events === 0) return [];
  say({ step: 'writing' });
  const ndjson = await writeLines(folder, lines);
  const landed = { format: 'events_list', index: 0, start: 0, events, ...ndjson } as const;
  if (!wantedFormats(settings).includes('events_list_parquet')) return [landed];
  say({ step: 'writing Parquet' });
  const part = await writeRows(folder, lines, fetchedAt, signal);
  log.add(parquetOperation(part));
  return [landed, { format: 'events_list_parquet', index: 0, ...part }];
}

async function land(
  { settings, producer }: ActivityDependencies,
  attempt: Attempt,
  draft: EventsListDraft,
): Promise<Snapshot> {
  const { date } = draft.content;
  const place = { prefix: settings.bucket.prefix, date, formats: wantedFormats(settings) };
  const store = eventsListStore(attempt.bucket, place, producer, observedBy(attempt));
  const { outcome, manifest, notRemoved } = await commitEventsList(store, draft).catch(
    async (error: unknown) => {
      await removeOrphansLate(store, attempt);
      throw error;
    },
  );
  const { attemptId, revision, events, outputs } = manifest;
  attempt.log.add({ operation: 'commit', item: attemptId, events, outcome: 'ok', detail: outcome });
  return {
    date,
    outcome,
    revision,
    events,
    bytes: outputs.reduce((sum, output) => sum + output.bytes, 0),
    objects: outputs.length,
    ...(notRemoved !== undefined && { notRemoved: settings.redact(messageOf(notRemoved)) }),
  };
}

function wantedFormats({ wantedOutputs }: WorkerSettings): EventsListFormat[] {
  return wantedOutputs.includes('parquet') ? [...eventsListFormats] : ['events_list'];
}

function dateOf(epochMs: number): string {
  return new Date(epochMs).toISOString().slice(0, 10);
}
