import { parseCommonManifest, type CommonManifest } from '../common-manifest.ts';
import { ManifestUnreadable } from '../errors.ts';
import type { EventsListFormat } from './keys.ts';

/** Amplitude's answer: its status, the size and SHA-256 of its bytes, and when it was asked for, by the Temporal server. */
export interface EventsListSource {
  readonly httpStatus: number;
  readonly fetchedAt: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** The content of a snapshot, independent of the attempt that lands it. */
export interface EventsListContent {
  /** The UTC date on which Amplitude was asked, like `2026-01-01`. */
  readonly date: string;
  /** How many event types the list has. */
  readonly events: number;
  /** Identifies the lines in any order, as that of an hour does. */
  readonly digest: string;
  readonly source: EventsListSource;
  readonly workflowId: string;
  readonly runId: string;
}

/** The record that a snapshot of the events list landed. docs/bucket.md explains each field. */
export interface EventsListManifest extends CommonManifest<EventsListFormat>, EventsListContent {
  readonly kind: 'events_list';
  readonly source: EventsListSource;
}

/**
 * Reads the text of a snapshot's manifest.
 * @throws ManifestUnreadable when it is not JSON, has another version or is of another kind
 */
export function parseEventsListManifest(text: string, key: string): EventsListManifest {
  const manifest = parseCommonManifest(text, key);
  if ('kind' in manifest && manifest.kind === 'events_list') return manifest as EventsListManifest;
  throw new ManifestUnreadable(`the manifest ${key} is not that of a snapshot of the events list`);
}
