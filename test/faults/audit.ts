import { cooldownKey } from '../../bronze/cooldown-record.ts';
import type { Bucket } from '../../bronze/bucket.ts';
import { Ledger } from '../../bronze/ledger.ts';
import type { Manifest } from '../../bronze/manifest.ts';
import { verifyHour } from '../../bronze/verify-hour.ts';
import { pMap } from '../../core/p-map.ts';
import type { HourWindow } from '../../core/hour-window.ts';
import type { HourVariation } from '../../local/sample-api/sample-day.ts';
import { landed, readObject, served } from '../support/landed-lines.ts';
import { plainGunzip, plainUnzip } from '../support/plain-zip.ts';
import type { Pipeline } from '../support/pipeline.ts';

/** The audit of some hours. They are sound when nothing is lost, duplicated or left over, and each hour has a manifest. */
export interface Audit {
  readonly hours: number;
  /** Lines that the source served, rejected ones included. */
  readonly events: number;
  /** Served lines that are not in the bucket, counted once for the parsed objects and once for the raw archives. */
  readonly lost: number;
  /** Lines that are in the bucket more often than they were served. */
  readonly duplicated: number;
  /** Hours whose manifest, and every object that it names, passes `verify --deep`. */
  readonly manifests: number;
  /** Objects and uploads of these hours that no manifest names. */
  readonly leftOver: number;
}

/** The audit of no hours. */
export const NOTHING: Audit = { hours: 0, events: 0, lost: 0, duplicated: 0, manifests: 0, leftOver: 0 };

const countNames = ['events', 'lost', 'duplicated', 'manifests', 'leftOver'] as const;

const checks = { deep: true, hourDueAfterMs: 0 };
const HOURS_AT_ONCE = 4;

/** Compares the lines that the source served for these hours with the lines in the bucket. */
export async function auditHours(
  { bucket, prefix, sample }: Pipeline,
  windows: readonly HourWindow[],
  variation: HourVariation = {},
): Promise<Audit> {
  const manifests = await new Ledger(bucket, prefix).read(windows);
  const counts = await pMap(
    windows,
    async (window) => {
      const manifest = manifests.get(window);
      const want = served(sample, window, variation);
      const have = manifest === undefined ? { events: [], rejected: [] } : await landed(bucket, manifest);
      const all = [...want.events, ...want.rejected].toSorted();
      const raw = manifest === undefined ? [] : await rawLines(bucket, manifest);
      const { findings } = await verifyHour(bucket, prefix, window, checks);
      const orphans = findings.filter(({ kind }) => kind === 'orphan' || kind === 'superseded').length;
      return {
        events: all.length,
        lost: missing(want.events, have.events) + missing(want.rejected, have.rejected) + missing(all, raw),
        duplicated:
          missing(have.events, want.events) + missing(have.rejected, want.rejected) + missing(raw, all),
        manifests: findings.length === orphans ? 1 : 0,
        leftOver: orphans,
      };
    },
    { concurrency: HOURS_AT_ONCE },
  );
  const audit: Record<keyof Audit, number> = { ...NOTHING, hours: windows.length };
  for (const hour of counts) for (const name of countNames) audit[name] += hour[name];
  return audit;
}

/**
 * A busy store carries out a conditional write of a probe after the probe has removed its objects. No reader looks there, and a
 * worker that starts an hour later removes it.
 */
const LATE_WRITE_OF_A_PROBE = /^\/probe\/[^/]+\/conditional\/\d+$/;

/** How many objects and uploads in the whole bucket, and work files, belong to no manifest of these hours. */
export async function countLeftOver(pipeline: Pipeline, windows: readonly HourWindow[]): Promise<number> {
  const { bucket, prefix } = pipeline;
  const ledger = new Ledger(bucket, prefix);
  const named = [...(await ledger.read(windows)).values()].flatMap(({ outputs }) => outputs);
  const known = new Set(named.map(({ key }) => key));
  const stored = (await bucket.list('')).filter(({ key }) => !key.startsWith(`${prefix}/logs/`));
  const orphans = stored.filter(
    ({ key }) =>
      !known.has(key) &&
      !key.startsWith(`${prefix}/manifests/`) &&
      key !== cooldownKey(prefix) &&
      !LATE_WRITE_OF_A_PROBE.test(key.slice(prefix.length)),
  );
  const manifests = stored.filter(({ key }) => key.startsWith(`${prefix}/manifests/`));
  const uploads = await bucket.listUploads('');
  const files = await pipeline.workFiles();
  return orphans.length + Math.max(0, manifests.length - windows.length) + uploads.length + files.length;
}

/** The sorted lines of an hour's raw archive, without blank ones, read by code that shares nothing with the code under test. */
async function rawLines(bucket: Bucket, { outputs }: Manifest): Promise<string[]> {
  const lines: string[] = [];
  for (const { key } of outputs.filter(({ format }) => format === 'raw')) {
    for (const { bytes } of plainUnzip(await readObject(bucket, key))) {
      const all = plainGunzip(bytes).toString('latin1').split('\n');
      lines.push(...all.filter((line) => line.trim() !== ''));
    }
  }
  return lines.toSorted();
}

/** How many of `lines` are not in `others`. Both are sorted; a line counts as often as it occurs. */
function missing(lines: readonly string[], others: readonly string[]): number {
  let count = 0;
  let index = 0;
  for (const line of lines) {
    while (index < others.length && (others[index] ?? '') < line) index += 1;
    if (others[index] === line) index += 1;
    else count += 1;
  }
  return count;
}
