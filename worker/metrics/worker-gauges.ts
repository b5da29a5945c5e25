import { Gauge, type Registry } from 'prom-client';
import type { WorkDir } from '../../work-dir/work-dir.ts';
import { bytesBelow, diskSpace } from './disk-use.ts';
import { freshnessSeconds, newestDueAt, type LedgerFigures } from './ledger-figures.ts';
import type { Observed } from './observed.ts';

/** A reading that is older says nothing of the present, in milliseconds. */
const TOO_OLD_MS = 15 * 60_000;

/** What the gauges of a running worker show. */
export interface Shown {
  readonly workDir: WorkDir;
  readonly hourDueAfterMs: number;
  readonly ledger: Observed<LedgerFigures>;
  /** How long ago a schedule should have started a run and did not, in seconds. */
  readonly overdueSeconds: Observed<number>;
}

/**
 * Adds a gauge whose value is read at each scrape. While `read` gives undefined, it has no value: an alert must not take 0
 * for one.
 */
export function addGauge(
  registry: Registry,
  name: string,
  help: string,
  read: () => Promise<number | undefined> | number | undefined,
): void {
  const gauge: Gauge = new Gauge({
    name: `amplitude_export_${name}`,
    help,
    registers: [registry],
    collect: async () => {
      const value = await read();
      if (value === undefined) gauge.remove();
      else gauge.set(value);
    },
  });
}

/** Adds the gauges of a running worker. docs/metrics.md explains each. */
export function addWorkerGauges(registry: Registry, shown: Shown): void {
  const { workDir, hourDueAfterMs, ledger, overdueSeconds } = shown;
  const slots = new Gauge({
    name: 'amplitude_export_slots',
    help: 'Slots of the worker, by state',
    labelNames: ['state'],
    registers: [registry],
    collect: () => {
      const { used, free } = workDir.hourFolders.slots;
      slots.set({ state: 'used' }, used);
      slots.set({ state: 'free' }, free);
    },
  });
  const { path } = workDir.workerFolder;
  addGauge(registry, 'work_dir_bytes', "Size of the worker's files in WORK_DIR", () => bytesBelow(path));
  addGauge(
    registry,
    'work_dir_size_bytes',
    'Size of the disk of WORK_DIR',
    async () => (await diskSpace(path))?.size,
  );
  addGauge(
    registry,
    'work_dir_free_bytes',
    'Space left on the disk of WORK_DIR',
    async () => (await diskSpace(path))?.free,
  );

  addGauge(registry, 'freshness_seconds', 'Newest due hour minus newest landed hour', () => {
    const found = ledger.value;
    // With the present time: when the ledger cannot be read any more, the freshness grows all the same.
    return found && freshnessSeconds(newestDueAt(Date.now(), hourDueAfterMs), found.value.newestLanded);
  });
  const figure = (name: keyof LedgerFigures & `${string}Hours`) => () => ledger.recent(TOO_OLD_MS)?.[name];
  addGauge(
    registry,
    'missing_hours',
    'Due hours since the first landed one that have not landed, of 35 days',
    figure('missingHours'),
  );
  addGauge(
    registry,
    'gap_hours',
    'Due hours between the first and the newest landed one that have not landed, of 35 days',
    figure('gapHours'),
  );
  addGauge(
    registry,
    'scarce_hours',
    'Hours of the last due day with less than a tenth of the usual events',
    figure('scarceHours'),
  );
  addGauge(registry, 'ledger_read_timestamp_seconds', 'When the ledger was last read', () => {
    const found = ledger.value;
    return found && found.readAtMs / 1000;
  });
  addGauge(
    registry,
    'schedule_overdue_seconds',
    'Longest time since a start that a schedule did not make',
    () => overdueSeconds.recent(TOO_OLD_MS),
  );
}
