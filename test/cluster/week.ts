import { setTimeout as sleep } from 'node:timers/promises';
import { cpuMs } from '../../bench/support/process-figures.ts';
import { hourCount, parseInterval, type Interval } from '../../core/interval.ts';
import { startNativeWorker } from '../../local/native/workers.ts';
import type { RunningProcess } from '../../local/processes.ts';
import { auditScenario } from '../faults/audit-scenario.ts';
import { watchEnd } from '../faults/deferred.ts';
import { openScenario, type Scenario } from '../faults/scenario.ts';
import { runVerb } from '../support/command-line.ts';
import type { ClusterRow } from './cluster-table.ts';
import type { ClusterSuite, Place } from './cluster-suite.ts';

/** Hours that the backfill has in flight: as many as two workers hold with their default of four. */
const CONCURRENCY = '8';

/** A backfill that can be disturbed. */
export interface Week {
  readonly interval: Interval;
  /** Starts a worker as the Compose file does; `more` are further variables. It ends with the scenario. */
  startWorker(more?: Readonly<Record<string, string>>): Promise<RunningProcess>;
  /** Starts the backfill, and resolves when the workers have asked for a part of its hours, from 0 to 1. */
  untilPart(part: number): Promise<void>;
  /** True once the backfill has ended. */
  isOver(): boolean;
}

/** Does the faults of a scenario, and returns how often they happened. */
export type Disturb = (week: Week) => Promise<number>;

/**
 * Backfills an interval by the command line while `disturb` does its faults, waits for the end, and audits every hour. The
 * workers are those that `disturb` starts. The figures are for the time from the start of the backfill to its end.
 */
export async function backfillWeek(
  suite: ClusterSuite,
  place: Place,
  name: string,
  interval: Interval,
  disturb: Disturb,
): Promise<ClusterRow> {
  const { s3 } = suite.stack;
  const scenario = await openScenario({ ...suite, s3, temporal: place.temporal }, name, { busyEvents: 500 });
  const workers: RunningProcess[] = [];
  const figures = { seconds: 0, cpuMs: 0 };
  const row = await auditScenario(
    scenario,
    name,
    async (land) => {
      const progress: { landing?: Promise<void>; isOver: () => boolean } = { isOver: () => false };
      const week: Week = {
        interval,
        startWorker: async (more = {}) => {
          const worker = await startWorker(suite, scenario, workers.length + 1, more);
          workers.push(worker);
          return worker;
        },
        untilPart: async (part) => {
          if (progress.landing === undefined) {
            progress.landing = land([interval]);
            progress.isOver = watchEnd(progress.landing);
          }
          const hours = Math.ceil(hourCount(interval) * part);
          const { requests } = scenario.pipeline.api;
          while (!progress.isOver() && requests.length < hours) await sleep(50);
        },
        isOver: () => progress.isOver(),
      };
      const injected = await disturb(week);
      await progress.landing;
      return injected;
    },
    async ({ start, end }) => {
      const before = await cpuOf(place, workers);
      const startedAt = performance.now();
      await backfill(scenario, { start, end });
      figures.seconds = (performance.now() - startedAt) / 1000;
      figures.cpuMs = (await cpuOf(place, workers)) - before;
    },
  );
  return { ...row, ...figures };
}

/** The CPU time so far, of the server and the workers, in ms; NaN where it is not measured. */
async function cpuOf({ cpuMs: cpuOfServer }: Place, workers: readonly RunningProcess[]): Promise<number> {
  if (cpuOfServer === undefined) return Number.NaN;
  return (await cpuOfServer()) + (await cpuMs(workers.map(({ pid }) => pid)));
}

async function startWorker(
  { stack }: ClusterSuite,
  scenario: Scenario,
  number: number,
  more: Readonly<Record<string, string>>,
): Promise<RunningProcess> {
  const environment = { ...stack.worker.environment, ...scenario.pipeline.env, ...more };
  const { process } = await startNativeWorker(stack.worker, environment, scenario.folder, number);
  scenario.onClose(() => process.stop());
  return process;
}

async function backfill({ pipeline }: Scenario, { start, end }: Interval): Promise<void> {
  const args = ['backfill', '--from', start, '--to', end, '--concurrency', CONCURRENCY];
  const { code, out, err } = await runVerb(args, pipeline.env);
  const hours = hourCount({ start, end });
  if (code !== 0 || !out.includes(`${hours} of ${hours} hours landed`))
    throw new Error(`the backfill ended with ${code}: ${out}${err}`);
}

/** So many days in a row, as an interval: 7 are a week. */
export function daysInARow(days: number): Interval {
  const last = String(1 + days).padStart(2, '0');
  return parseInterval({ start: '2026-03-02T00', end: `2026-03-${last}T23` });
}
