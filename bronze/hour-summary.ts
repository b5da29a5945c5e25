import type { HourWindow } from '../core/hour-window.ts';
import { ManifestUnreadable } from './errors.ts';
import type { Manifest } from './manifest.ts';

/** A summary of an hour's manifest. `bytes` is the total size of its objects, `files` their number. */
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
  /** The manifest's ETag. While it is unchanged, so is the summary. */
  readonly etag: string;
  /** Null when the manifest is older than this count. */
  readonly outsideWindow: number | null;
  readonly bytes: number;
  readonly files: number;
  /**
   * How many superseded objects were still there at the last count; null when they were never counted. Once 0, it
   * stays 0.
   */
  readonly notRemoved: number | null;
}

/** The summary of a manifest that was found at an hour's key. */
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
  throw new ManifestUnreadable(`the manifest ${place.key} lacks a field, or a field has a wrong value`);
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
