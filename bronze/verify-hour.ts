import { hourStartMs, type HourWindow } from '../core/hour-window.ts';
import { pMapIterable } from '../core/p-map-iterable.ts';
import { producer } from '../core/version.ts';
import type { Bucket, ListedObject } from './bucket.ts';
import type { Output } from './common-manifest.ts';
import { ChecksumMismatch, ManifestUnreadable } from './errors.ts';
import type { Finding, VerifiedHour } from './findings.ts';
import { HourStore } from './hour-store.ts';
import type { Listing, StoredManifest } from './manifest-store.ts';
import type { Manifest } from './manifest.ts';
import { storedChecksum } from './read-object.ts';
import { verifyContent } from './verify-content.ts';

/** How an hour is verified. `deep`: every object is read. `hourDueAfterMs`: HOUR_DUE_AFTER in milliseconds. */
export interface Checks {
  readonly deep: boolean;
  readonly hourDueAfterMs: number;
}

const NOTHING = { objects: 0, bytes: 0, withoutChecksum: 0 } as const;
const OBJECTS_AT_ONCE = 4;
/** An hour that keeps landing again is reported as the last look found it. */
const MAX_LOOKS = 5;

/**
 * Compares an hour's manifest with the bucket. Attempts may be landing the hour at the same time. So problems found
 * with the earlier listing `listed` are checked again, until the manifest is the same before and after.
 * @throws the typed errors of storage-errors.ts
 */
export async function verifyHour(
  bucket: Bucket,
  prefix: string,
  window: HourWindow,
  checks: Checks,
  listed?: Listing,
): Promise<VerifiedHour> {
  const store = new HourStore(bucket, prefix, window, producer);
  const compare = async (read: ManifestReading, listing: Listing): Promise<VerifiedHour> =>
    read.problem === undefined
      ? compareHour(bucket, window, checks, read.stored?.manifest, listing)
      : { ...NOTHING, window, status: 'unreadable', findings: [read.problem] };

  if (listed !== undefined) {
    const hour = await compare(await readManifest(store), listed);
    const isSure = hour.status === 'gap' || hour.findings.length === 0;
    if (isSure) return hour;
  }
  for (let look = 1; ; look += 1) {
    const before = await readManifest(store);
    const hour = await compare(before, await store.list());
    const after = await readManifest(store);
    if (before.stored?.etag === after.stored?.etag || look === MAX_LOOKS) return hour;
  }
}

/** A manifest, or neither field when there is none, or the problem that a person has to look at. */
interface ManifestReading {
  readonly stored?: StoredManifest<Manifest> | undefined;
  readonly problem?: Finding;
}

/** Reads an hour's manifest, or says why it cannot be read. @throws the typed errors of storage-errors.ts */
export async function readManifest(store: HourStore): Promise<ManifestReading> {
  const unreadable = (detail: string): ManifestReading => ({
    problem: { kind: 'manifest-unreadable', key: store.manifestKey, detail },
  });
  try {
    const stored = await store.readManifest();
    if (stored === undefined || stored.manifest.window === store.window) return { stored };
    return unreadable(`the manifest ${store.manifestKey} is about another hour: ${stored.manifest.window}`);
  } catch (error) {
    if (error instanceof ManifestUnreadable || error instanceof ChecksumMismatch)
      return unreadable(error.message);
    throw error;
  }
}

async function compareHour(
  bucket: Bucket,
  window: HourWindow,
  { deep, hourDueAfterMs }: Checks,
  manifest: Manifest | undefined,
  listing: Listing,
): Promise<VerifiedHour> {
  const orphans = orphansOf(listing, manifest);
  if (manifest === undefined) {
    const isDue = hourStartMs(window) + hourDueAfterMs <= Date.now();
    return isDue
      ? { ...NOTHING, window, status: 'gap', findings: [{ kind: 'gap', orphans: orphans.length }] }
      : { ...NOTHING, window, status: 'not due', findings: [] };
  }
  const listed = new Map(listing.objects.map((object) => [object.key, object]));
  const findings: Finding[] = [];
  const intact: Output[] = [];
  let withoutChecksum = 0;
  const check = async (output: Output): Promise<Finding | 'same' | 'same size'> =>
    verifyObject(bucket, output, listed.get(output.key));
  let index = 0;
  for await (const found of pMapIterable(manifest.outputs, check, { concurrency: OBJECTS_AT_ONCE })) {
    const output = manifest.outputs[index];
    index += 1;
    if (typeof found !== 'string') findings.push(found);
    else if (output !== undefined) intact.push(output);
    if (found === 'same size') withoutChecksum += 1;
  }
  if (deep) findings.push(...(await verifyContent(bucket, manifest, intact)));
  const present = manifest.outputs.flatMap(({ key }) => listed.get(key) ?? []);
  return {
    window,
    status: manifest.status,
    objects: present.length,
    bytes: present.reduce((sum, { bytes }) => sum + bytes, 0),
    withoutChecksum: deep ? 0 : withoutChecksum,
    ...linesOf(manifest),
    findings: [...findings, ...orphans],
  };
}

function linesOf(manifest: Manifest): Pick<VerifiedHour, 'lines'> {
  if (manifest.status === 'empty') return {};
  const { digest, events, outsideWindow, firstUploadTime, lastUploadTime } = manifest;
  const counted = outsideWindow === undefined ? {} : { outsideWindow };
  return { lines: { digest, events, ...counted, firstUploadTime, lastUploadTime } };
}

/**
 * Compares an object with its entry in the manifest without reading it. `same size`: there is no checksum to compare.
 */
async function verifyObject(
  bucket: Bucket,
  { key, bytes: expected, crc64nvme }: Output,
  listed: ListedObject | undefined,
): Promise<Finding | 'same' | 'same size'> {
  if (listed === undefined) return { kind: 'object-missing', key };
  if (listed.bytes !== expected) return { kind: 'object-size', key, bytes: listed.bytes, expected };
  const stored = await storedChecksum(bucket, key);
  if (stored === undefined) return { kind: 'object-missing', key };
  if (stored === null) return 'same size';
  if (stored === crc64nvme) return 'same';
  return { kind: 'object-checksum', key, crc64nvme: stored, expected: crc64nvme };
}

function orphansOf({ objects, uploads }: Listing, manifest: Manifest | undefined): Finding[] {
  const named = new Set(manifest?.outputs.map(({ key }) => key));
  const superseded = new Set(manifest?.superseded.map(({ key }) => key));
  const kindOf = (key: string): 'superseded' | 'orphan' => (superseded.has(key) ? 'superseded' : 'orphan');
  return [
    ...objects.filter(({ key }) => !named.has(key)).map(({ key }): Finding => ({ kind: kindOf(key), key })),
    ...uploads.map(({ key, uploadId }): Finding => ({ kind: kindOf(key), key, uploadId })),
  ];
}
