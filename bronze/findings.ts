import type { HourWindow } from '../core/hour-window.ts';
import type { Manifest } from './manifest.ts';

/** One thing that is wrong with an hour; sizes in bytes. `detail` says it in words. */
export type Finding =
  /**
   * The hour is due and has no manifest. `orphans` counts objects and uploads in its folders, which attempts have
   * left or are about to land.
   */
  | { readonly kind: 'gap'; readonly orphans: number }
  /** A person has to check the manifest at `key`: it is never overwritten. */
  | { readonly kind: 'manifest-unreadable'; readonly key: string; readonly detail: string }
  | { readonly kind: 'object-missing'; readonly key: string }
  | { readonly kind: 'object-size'; readonly key: string; readonly bytes: number; readonly expected: number }
  /** The storage keeps another CRC-64/NVME for the object. */
  | {
      readonly kind: 'object-checksum';
      readonly key: string;
      readonly crc64nvme: string;
      readonly expected: string;
    }
  /** The object was read, and its bytes or lines are not those that landed. */
  | { readonly kind: 'object-content'; readonly key: string; readonly detail: string }
  /**
   * Every object is as its entry in the manifest says, but the lines do not match the counts or digests in the
   * manifest.
   */
  | { readonly kind: 'hour-content'; readonly detail: string }
  /** `outside` of its events arrived in other hours; null when the manifest is older than this count. */
  | { readonly kind: 'outside-window'; readonly outside: number | null; readonly events: number }
  /** The hour before, the hour after, or both, have the same lines. */
  | { readonly kind: 'same-lines'; readonly hours: readonly HourWindow[] }
  /** A superseded object or upload that was not removed, or not yet. */
  | { readonly kind: 'superseded'; readonly key: string; readonly uploadId?: string }
  /** An object, or with `uploadId` an unfinished multipart upload, that the manifest does not name. */
  | { readonly kind: 'orphan'; readonly key: string; readonly uploadId?: string };

/** The kinds of findings, in the order of reports. */
export const findingKinds = [
  'gap',
  'manifest-unreadable',
  'object-missing',
  'object-size',
  'object-checksum',
  'object-content',
  'hour-content',
  'outside-window',
  'same-lines',
  'superseded',
  'orphan',
] as const satisfies readonly Finding['kind'][];

/** True for a finding that costs storage only: the hour is whole, and readers are not affected. */
export function isWarning({ kind }: Finding): boolean {
  return kind === 'superseded';
}

/**
 * The result of verifying an hour. `objects` and `bytes` count the objects that its manifest names and the bucket
 * has.
 */
export interface VerifiedHour {
  readonly window: HourWindow;
  readonly status: Manifest['status'] | 'gap' | 'not due' | 'unreadable';
  readonly objects: number;
  readonly bytes: number;
  /** How many of the objects were compared by size only, as the storage keeps no checksum of them. */
  readonly withoutChecksum: number;
  /** What the manifest says about the lines; absent when there are none. */
  readonly lines?: Pick<
    Manifest,
    'digest' | 'events' | 'outsideWindow' | 'firstUploadTime' | 'lastUploadTime'
  >;
  readonly findings: readonly Finding[];
}
