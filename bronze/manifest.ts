import type { HourWindow } from '../core/hour-window.ts';
import { parseCommonManifest, type CommonManifest } from './common-manifest.ts';
import type { Format } from './keys.ts';

/**
 * Where an hour's data came from. `sha256` is null for a 404, which has no archive. `fetchedAt` is the Temporal
 * server's time of the request to Amplitude, after all waits. It tells which attempt has newer data.
 */
export interface ManifestSource {
  readonly host: string;
  readonly httpStatus: number;
  readonly bytes: number;
  readonly sha256: string | null;
  readonly fetchedAt: string;
}

/** One member of the export zip. `bytes` and `crc32` are those of its gzip data. */
export interface ManifestMember {
  readonly name: string;
  readonly bytes: number;
  readonly crc32: number;
  readonly events: number;
  readonly rejected: number;
  readonly digest: string;
}

/** The content of an hour, independent of the attempt that lands it and of its keys. */
export interface HourContent {
  readonly window: HourWindow;
  readonly source: ManifestSource;
  readonly members: readonly ManifestMember[];
  readonly events: number;
  readonly rejected: number;
  /** Events whose `server_upload_time` is a time outside the window. */
  readonly outsideWindow: number;
  readonly digest: string;
  readonly firstUploadTime: string | null;
  readonly lastUploadTime: string | null;
  readonly workflowId: string;
  readonly runId: string;
}

/** The record that an hour landed, and the only way to find its objects. docs/bucket.md explains each field. */
export interface Manifest extends CommonManifest<Format>, Omit<HourContent, 'outsideWindow'> {
  readonly status: 'complete' | 'empty';
  readonly source: ManifestSource;
  /**
   * How many events the hour held before this landing changed its lines; null when it had not landed before, or had
   * the same lines.
   */
  readonly eventsBefore: number | null;
  /** Absent when the manifest is older than this count. */
  readonly outsideWindow?: number;
}

/** An hour is empty when it has no lines. An hour with rejected lines only is complete. */
export function statusOf(content: Pick<HourContent, 'events' | 'rejected'>): Manifest['status'] {
  return content.events === 0 && content.rejected === 0 ? 'empty' : 'complete';
}

/**
 * Reads the text of an hour's manifest.
 * @throws ManifestUnreadable when it is not JSON or has another version
 */
export function parseManifest(text: string, key: string): Manifest {
  return parseCommonManifest(text, key) as Manifest;
}
