import type { Checksums } from '../core/checksum.ts';
import type { HourWindow } from '../core/hour-window.ts';
import { ManifestUnreadable } from './errors.ts';
import type { Format } from './keys.ts';

/** One object that the manifest vouches for. `events` counts its lines; a raw archive has none of its own. */
export interface Output extends Checksums {
  readonly key: string;
  readonly format: Format;
  readonly events: number;
}

/** An object, or with `uploadId` an unfinished multipart upload, that is to go. */
export interface Superseded {
  readonly key: string;
  readonly uploadId?: string;
}

/**
 * Where an hour's data came from. `sha256` is null for a 404, which has no archive; `fetchedAt`, by the
 * Temporal server's clock, is when the source was asked, after all waits: it orders attempts.
 */
export interface ManifestSource {
  readonly host: string;
  readonly httpStatus: number;
  readonly bytes: number;
  readonly sha256: string | null;
  readonly fetchedAt: string;
}

/** One member of the export zip; `bytes` and `crc32` are of the member's own gzip bytes. */
export interface ManifestMember {
  readonly name: string;
  readonly bytes: number;
  readonly crc32: number;
  readonly events: number;
  readonly rejected: number;
  readonly digest: string;
}

/** What was found in an hour, whoever lands it and under whichever keys. */
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
export interface Manifest extends Omit<HourContent, 'outsideWindow'> {
  readonly version: 1;
  readonly status: 'complete' | 'empty';
  readonly revision: number;
  readonly epoch: number;
  readonly attemptId: string;
  /** How many events the hour already landed its lines became these; null when it had not landed, or had the same lines. */
  readonly eventsBefore: number | null;
  /** Absent where nobody counted: manifests of older versions do not have it. */
  readonly outsideWindow?: number;
  readonly outputs: readonly Output[];
  readonly superseded: readonly Superseded[];
  readonly createdAt: string;
  readonly producer: string;
}

/** An hour is empty when it has no line at all; one with nothing but rejected lines is complete. */
export function statusOf(content: Pick<HourContent, 'events' | 'rejected'>): Manifest['status'] {
  return content.events === 0 && content.rejected === 0 ? 'empty' : 'complete';
}

/**
 * Reads a manifest's text.
 * @throws ManifestUnreadable when it is not JSON or of another version
 */
export function parseManifest(text: string, key: string): Manifest {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new ManifestUnreadable(`the manifest ${key} is not JSON`);
  }
  if (!isManifest(value)) {
    throw new ManifestUnreadable(
      `the manifest ${key} is not of version 1; a newer amplitude-export may have written it`,
    );
  }
  return value;
}

function isManifest(value: unknown): value is Manifest {
  return (
    typeof value === 'object' &&
    value !== null &&
    'version' in value &&
    value.version === 1 &&
    'attemptId' in value &&
    'outputs' in value &&
    Array.isArray(value.outputs) &&
    'superseded' in value &&
    Array.isArray(value.superseded)
  );
}
