import type { HourWindow } from '../core/hour-window.ts';
import type { Manifest } from './manifest.ts';

/** One thing that is wrong with an hour; sizes in bytes. `detail` says it in words. */
export type Finding =
  /** The hour is due and has no manifest; `orphans` counts what attempts on it have left, or are about to land. */
  | { readonly kind: 'gap'; readonly orphans: number }
  /** A person has to look at the manifest, `key`: it is never overwritten. */
  | { readonly kind: 'manifest-unreadable'; readonly key: string; readonly detail: string }
  | { readonly kind: 'object-missing'; readonly key: string }
  | { readonly kind: 'object-size'; readonly key: string; readonly bytes: number; readonly expected: number }
  /** The CRC-64/NVME that the storage keeps of the object is another one. */
  | {
      readonly kind: 'object-checksum';
      readonly key: string;
      readonly crc64nvme: string;
      readonly expected: string;
    }
  /** The object was read, and is not what landed. */
  | { readonly kind: 'object-content'; readonly key: string; readonly detail: string }
  /** Every object is what the manifest says of it, and yet the lines in them are not those that it sums up. */
  | { readonly kind: 'hour-content'; readonly detail: string }
  /** So many of its events arrived in other hours; null when the manifest is from before they were counted. */
  | { readonly kind: 'outside-window'; readonly outside: number | null; readonly events: number }
  /** The hour before, the hour after, or both, hold the very same lines. */
  | { readonly kind: 'same-lines'; readonly hours: readonly HourWindow[] }
  /** An object, or upload, that the manifest has superseded: whoever landed the hour has not removed it (yet). */
  | { readonly kind: 'superseded'; readonly key: string; readonly uploadId?: string }
  /** An object, or with `uploadId` an unfinished multipart upload, that the manifest does not name. */
  | { readonly kind: 'orphan'; readonly key: string; readonly uploadId?: string };

/** The kinds of findings, in the order in which they are told. */
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

/** True for what costs room and nothing else: the hour is whole, and its readers see nothing of it. */
export function isWarning({ kind }: Finding): boolean {
  return kind === 'superseded';
}

/** What an hour was found to be. `objects` and `bytes` count what its manifest names and the bucket has. */
export interface VerifiedHour {
  readonly window: HourWindow;
  readonly status: Manifest['status'] | 'gap' | 'not due' | 'unreadable';
  readonly objects: number;
  readonly bytes: number;
  /** Of the objects: those that the storage keeps no checksum of, so that only their size was compared. */
  readonly withoutChecksum: number;
  /** What the manifest says of the lines; absent when there are none. */
  readonly lines?: Pick<
    Manifest,
    'digest' | 'events' | 'outsideWindow' | 'firstUploadTime' | 'lastUploadTime'
  >;
  readonly findings: readonly Finding[];
}
