import type { Checksums } from '../core/checksum.ts';
import { ManifestUnreadable } from './errors.ts';
import type { Format } from './keys.ts';

/**
 * One object that a manifest names. `events` counts its lines, rejected ones too, or the rows of a Parquet file; it is 0
 * for a raw archive. `badValues` counts, for each column of a Parquet file that has some, the values that are null there
 * because they are not of its type.
 */
export interface Output<F extends string = Format> extends Checksums {
  readonly key: string;
  readonly format: F;
  readonly events: number;
  readonly badValues?: Readonly<Record<string, number>>;
}

/** An object, or with `uploadId` an unfinished multipart upload, that is to be removed. */
export interface Superseded {
  readonly key: string;
  readonly uploadId?: string;
}

/** What the commit protocol needs of a manifest, whatever it is the record of. */
export interface CommonManifest<F extends string = string> {
  readonly version: 1;
  readonly revision: number;
  readonly epoch: number;
  readonly attemptId: string;
  readonly source: { readonly fetchedAt: string };
  readonly outputs: readonly Output<F>[];
  readonly superseded: readonly Superseded[];
  readonly runId: string;
  readonly createdAt: string;
  readonly producer: string;
}

/** The formats of the objects that a manifest of this kind names. */
export type FormatOf<M extends CommonManifest> = M['outputs'][number]['format'];

/**
 * Reads the text of a manifest. Only the fields that the commit protocol cannot do without are checked.
 * @throws ManifestUnreadable when it is not JSON or has another version
 */
export function parseCommonManifest(text: string, key: string): CommonManifest {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new ManifestUnreadable(`the manifest ${key} is not JSON`);
  }
  if (!isManifest(value)) {
    throw new ManifestUnreadable(
      `the manifest ${key} does not have version 1; a newer amplitude-export may have written it`,
    );
  }
  return value;
}

function isManifest(value: unknown): value is CommonManifest {
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
