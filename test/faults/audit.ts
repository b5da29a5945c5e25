import { Ledger } from '../../bronze/ledger.ts';
import { verifyHour } from '../../bronze/verify-hour.ts';
import { inLanes } from '../../core/in-lanes.ts';
import type { HourWindow } from '../../core/hour-window.ts';
import type { HourVariation } from '../../local/sample-api/sample-day.ts';
import { landed, served } from '../support/landed-lines.ts';
import type { Pipeline } from '../support/pipeline.ts';

/** What became of some hours. All is well when nothing is lost, duplicated or left over, and there is a manifest an hour. */
export interface Audit {
  readonly hours: number;
  /** Lines that the source served, rejected ones included. */
  readonly events: number;
  /** Lines that were served and are not in the bucket. */
  readonly lost: number;
  /** Lines in the bucket more often than they were served. */
  readonly duplicated: number;
  /** Hours whose manifest, and every object that it names, passes `verify --deep`. */
  readonly manifests: number;
  /** Objects and uploads that no manifest names, and work files. */
  readonly leftOver: number;
}

const checks = { deep: true, hourDueAfterMs: 0 };
const HOURS_AT_ONCE = 4;

/** Holds what the source served for these hours against what the bucket holds, line by line. */
export async function auditHours(
  { bucket, prefix, sample }: Pipeline,
  windows: readonly HourWindow[],
  variation: HourVariation = {},
): Promise<Omit<Audit, 'leftOver'>> {
  const manifests = await new Ledger(bucket, prefix).read(windows);
  const hours = await inLanes(windows, HOURS_AT_ONCE, async (window) => {
    const manifest = manifests.get(window);
    const nothing = { events: [], rejected: [] };
    const want = served(sample, window, variation);
    const have = manifest === undefined ? nothing : await landed(bucket, manifest);
    const { findings } = await verifyHour(bucket, prefix, window, checks);
    return {
      events: want.events.length + want.rejected.length,
      lost: missing(want.events, have.events) + missing(want.rejected, have.rejected),
      duplicated: missing(have.events, want.events) + missing(have.rejected, want.rejected),
      manifests: findings.length === 0 ? 1 : 0,
    };
  });
  const sum = (name: 'events' | 'lost' | 'duplicated' | 'manifests'): number =>
    hours.reduce((total, hour) => total + hour[name], 0);
  return {
    hours: windows.length,
    events: sum('events'),
    lost: sum('lost'),
    duplicated: sum('duplicated'),
    manifests: sum('manifests'),
  };
}

/** How many objects, uploads and work files there are that no manifest of these hours accounts for. */
export async function countLeftOver(pipeline: Pipeline, windows: readonly HourWindow[]): Promise<number> {
  const { bucket, prefix } = pipeline;
  const ledger = new Ledger(bucket, prefix);
  const named = [...(await ledger.read(windows)).values()].flatMap(({ outputs }) => outputs);
  const known = new Set(named.map(({ key }) => key));
  const stored = (await bucket.list('')).filter(({ key }) => !key.startsWith(`${prefix}/logs/`));
  const strays = stored.filter(({ key }) => !known.has(key) && !key.startsWith(`${prefix}/manifests/`));
  const manifests = stored.filter(({ key }) => key.startsWith(`${prefix}/manifests/`));
  const uploads = await bucket.listUploads('');
  const files = await pipeline.workFiles();
  return strays.length + Math.max(0, manifests.length - windows.length) + uploads.length + files.length;
}

/** How many of the lines are not among the others; both sorted, each line as often as it occurs. */
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
