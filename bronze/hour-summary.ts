import type { HourWindow } from '../core/hour-window.ts';
import { ManifestUnreadable } from './errors.ts';
import type { Manifest } from './manifest.ts';

/** What an hour's manifest says in short; `bytes` is the size of all its objects, `files` their number. */
export interface HourSummary extends Pick<
  Manifest,
  | 'window'
  | 'status'
  | 'revision'
  | 'events'
  | 'rejected'
  | 'firstUploadTime'
  | 'lastUploadTime'
  | 'workflowId'
  | 'runId'
  | 'createdAt'
> {
  /** The manifest's ETag: while it is the same, so is the summary. */
  readonly etag: string;
  /** Null where nobody counted: manifests of older versions do not say. */
  readonly outsideWindow: number | null;
  readonly bytes: number;
  readonly files: number;
  /** How many superseded objects were still there when somebody looked; null when nobody has. Once 0, it stays 0. */
  readonly notRemoved: number | null;
}

/**
 * The summary of a manifest that was found in an hour's place.
 * @throws ManifestUnreadable when a field is missing or of another type, or when it is about another hour
 */
export function summarizeManifest(
  manifest: Manifest,
  place: { readonly window: HourWindow; readonly etag: string; readonly key: string },
): HourSummary {
  const { window, status, revision, events, rejected, firstUploadTime, lastUploadTime } = manifest;
  const { workflowId, runId, createdAt } = manifest;
  const outputs: readonly unknown[] = manifest.outputs;
  const summary = {
    window,
    etag: place.etag,
    status,
    revision,
    events,
    rejected,
    outsideWindow: manifest.outsideWindow ?? null,
    bytes: outputs.reduce<number>((sum, output) => sum + bytesOf(output), 0),
    files: outputs.length,
    notRemoved: manifest.superseded.length === 0 ? 0 : null,
    firstUploadTime,
    lastUploadTime,
    workflowId,
    runId,
    createdAt,
  };
  if (isHourSummary(summary) && summary.window === place.window) return summary;
  throw new ManifestUnreadable(`the manifest ${place.key} lacks a field, or has a wrong one`);
}

/** True for a summary with every field of the right type, wherever it comes from. */
export function isHourSummary(value: unknown): value is HourSummary {
  if (typeof value !== 'object' || value === null) return false;
  const fields: Record<string, unknown> = { ...value };
  return (
    COUNTS.every((name) => isCount(fields[name])) &&
    ['outsideWindow', 'notRemoved'].every((name) => fields[name] === null || isCount(fields[name])) &&
    TEXTS.every((name) => typeof fields[name] === 'string') &&
    TIMES.every((name) => fields[name] === null || typeof fields[name] === 'string') &&
    (fields['status'] === 'complete' || fields['status'] === 'empty')
  );
}

const COUNTS = ['revision', 'events', 'rejected', 'bytes', 'files'];
const TEXTS = ['window', 'etag', 'workflowId', 'runId', 'createdAt'];
const TIMES = ['firstUploadTime', 'lastUploadTime'];

function isCount(value: unknown): boolean {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function bytesOf(output: unknown): number {
  const bytes = typeof output === 'object' && output !== null && 'bytes' in output ? output.bytes : undefined;
  return typeof bytes === 'number' ? bytes : Number.NaN;
}
