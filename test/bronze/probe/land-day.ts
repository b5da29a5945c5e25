import { createHash, randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Bucket } from '../../../bronze/bucket.ts';
import type { Commit } from '../../../bronze/commit.ts';
import { commitHour } from '../../../bronze/commit-hour.ts';
import type { HourObject, HourDraft } from '../../../bronze/hour-draft.ts';
import { isWarning } from '../../../bronze/findings.ts';
import { HourStore } from '../../../bronze/hour-store.ts';
import { Ledger } from '../../../bronze/ledger.ts';
import type { Manifest } from '../../../bronze/manifest.ts';
import { probeStore, refuseUnsuitable } from '../../../bronze/probe/probe-store.ts';
import { verifyInterval } from '../../../bronze/verify.ts';
import { checksumFile } from '../../../core/checksum.ts';
import { parseHourWindow, type HourWindow } from '../../../core/hour-window.ts';
import { hoursOf, type Interval } from '../../../core/interval.ts';
import type { Random } from '../../../local/sample-api/random.ts';
import { FakeStore } from '../../support/fake-store/fake-store.ts';
import { requiredFeatures, type StoreFeature } from '../../support/fake-store/missing-features.ts';
import { openFakeBucket } from '../../support/fake-store/open-fake-bucket.ts';

const PREFIX = 'amplitude';
const MiB = 1024 * 1024;
/** The smallest part that S3 accepts. */
const PART_BYTES = 5 * MiB;
const limits = { connectMs: 1_000, silenceMs: 1_000, multipartFromBytes: PART_BYTES, partBytes: PART_BYTES };

/** Two answers of the source for each hour: the older one, and the newer one, which has an object of two parts. */
export interface DayDrafts {
  readonly older: HourDraft;
  readonly newer: HourDraft;
  readonly newerInParts: HourDraft;
}

/** Makes the answers, with their files in a folder. */
export async function makeDrafts(folder: string): Promise<DayDrafts> {
  const older = await makeDraft(folder, 'older', '2026-01-01T09:01:00.000Z', 2_000);
  const newer = await makeDraft(folder, 'newer', '2026-01-01T09:02:00.000Z', 2_000);
  const newerInParts = await makeDraft(folder, 'newer', '2026-01-01T09:02:00.000Z', PART_BYTES + MiB);
  return { older, newer, newerInParts };
}

/** A raw object of this size, and an event object. `lines` stands for the lines of the hour. */
async function makeDraft(
  folder: string,
  lines: string,
  fetchedAt: string,
  rawBytes: number,
): Promise<HourDraft> {
  const objectOf = async (format: 'raw' | 'events', bytes: Buffer): Promise<HourObject> => {
    const file = join(folder, `${format}-of-${rawBytes}-${lines}`);
    await writeFile(file, bytes);
    return {
      file,
      start: 0,
      format,
      index: 0,
      events: format === 'raw' ? 0 : 1,
      ...(await checksumFile(file)),
    };
  };
  const source = { host: 'example', httpStatus: 200, bytes: rawBytes, sha256: lines, fetchedAt };
  const counts = {
    members: [],
    events: 1,
    rejected: 0,
    outsideWindow: 0,
    digest: lines,
    firstUploadTime: null,
    lastUploadTime: null,
  };
  return {
    content: {
      window: parseHourWindow('2026-01-01T00'),
      source,
      ...counts,
      workflowId: 'landHour',
      runId: lines,
    },
    objects: [
      await objectOf('raw', randomBytes(rawBytes)),
      await objectOf('events', Buffer.from(`events of ${lines}\n`)),
    ],
  };
}

/**
 * Probes a store that lacks some features. If the probe accepts it, lands the hours of an interval by attempts that
 * overlap, with an object in parts in the first hour, and checks the result.
 * @returns what is wrong, in words: a store that should have been refused or should not have been, or a lost line
 */
export async function problemsOf(
  lacks: readonly StoreFeature[],
  interval: Interval,
  drafts: DayDrafts,
  random: Random,
): Promise<string[]> {
  const store = new FakeStore(lacks);
  const bucket = openFakeBucket(store, random, limits);
  const mustRefuse = lacks.some((lack) => (requiredFeatures as readonly StoreFeature[]).includes(lack));
  try {
    refuseUnsuitable(bucket, await probeStore(bucket, PREFIX));
  } catch (error) {
    return mustRefuse && String(error).startsWith('StoreUnsuitable')
      ? []
      : [`the probe failed: ${String(error)}`];
  }
  if (mustRefuse) return ['the probe did not refuse the store'];
  const canDelete = !lacks.includes('deleting');
  if (canDelete && store.objects.size > 0) return ['the probe has left objects'];
  store.objects.clear();
  const problems: string[] = [];
  for (const window of hoursOf(interval)) {
    const newer = window === interval.start ? drafts.newerInParts : drafts.newer;
    const attempts = [land(bucket, window, drafts.older), land(bucket, window, newer)];
    for (const { notRemoved } of [...(await Promise.all(attempts)), await land(bucket, window, newer)])
      if (canDelete && notRemoved !== undefined) problems.push(`${window}: ${notRemoved.message}`);
  }
  return [...problems, ...(await problemsIn(bucket, store, interval, canDelete))];
}

/** Two hours with the same lines would be a finding. */
function digestOf(lines: string, window: HourWindow): string {
  return `${lines} of ${window}`;
}

async function land(
  bucket: Bucket,
  window: HourWindow,
  { content, objects }: HourDraft,
): Promise<Commit<Manifest>> {
  const store = new HourStore(bucket, PREFIX, window, 'test/1');
  const digest = digestOf(content.digest, window);
  return commitHour(store, { content: { ...content, window, digest, runId: digest }, objects });
}

/** What is wrong with landed hours, by verify, by the objects themselves, and by the other objects in the bucket. */
async function problemsIn(
  bucket: Bucket,
  store: FakeStore,
  interval: Interval,
  canDelete: boolean,
): Promise<string[]> {
  const problems: string[] = [];
  const checks = { deep: false, hourDueAfterMs: 0 };
  for await (const { window, findings } of verifyInterval(bucket, PREFIX, interval, checks))
    for (const finding of findings)
      if (canDelete || !(isWarning(finding) || finding.kind === 'orphan'))
        problems.push(`${window}: ${finding.kind}`);
  const windows = hoursOf(interval);
  const manifests = await new Ledger(bucket, PREFIX).read(windows);
  let named = 0;
  for (const window of windows) {
    const manifest = manifests.get(window);
    if (manifest?.digest !== digestOf('newer', window)) problems.push(`${window}: the newer lines are lost`);
    for (const { key, sha256 } of manifest?.outputs ?? []) {
      named += 1;
      const bytes = store.objects.get(key)?.bytes ?? Buffer.alloc(0);
      if (createHash('sha256').update(bytes).digest('hex') !== sha256)
        problems.push(`${key} has other bytes`);
    }
  }
  if (canDelete && store.objects.size !== named + windows.length) problems.push('objects are left over');
  if (store.uploads.size > 0) problems.push('uploads are left over');
  return problems;
}
