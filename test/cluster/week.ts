import { setTimeout as sleep } from 'node:timers/promises';
import { cpuMs } from '../../bench/support/process-figures.ts';
import { hourCount, parseInterval, type Interval } from '../../core/interval.ts';
import { startNativeWorker } from '../../local/native/workers.ts';
import type { RunningProcess } from '../../local/processes.ts';
import { auditScenario } from '../faults/audit-scenario.ts';
import { watchEnd } from '../faults/deferred.ts';
import { openScenario, type Scenario } from '../faults/scenario.ts';
import { runVerb } from '../support/command-line.ts';
import { NO_FIGURES, type ClusterRow } from './cluster-table.ts';
import type { ClusterSuite, Place } from './cluster-suite.ts';

/** Hours that the backfill has in flight: as many as two workers hold with their default of four. */
const CONCURRENCY = '8';

/** The hours of a scenario. */
export const WEEK = parseInterval({ start: '2026-03-02T00', end: '2026-03-08T23' });
/** For --quick, and for what takes many times as long. */
export const TWO_DAYS = parseInterval({ start: '2026-03-02T00', end: '2026-03-03T23' });

/**
 * When a worker cannot report for a while, another one lands its hours. The first is not told, and removes files that were not
 * used for five minutes.
 */
const IDLE_FILES_REMOVED_WITHIN_MS = 6 * 60_000;

/** A backfill that can be disturbed. */
export interface Week {
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
  const figures = { ...NO_FIGURES };
  const row = await auditScenario(
    scenario,
    name,
    async (land) => {
      const progress: { landing?: Promise<void>; isOver: () => boolean } = { isOver: () => false };
      const week: Week = {
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
      const [workersBefore, serversBefore] = await cpuOf(place, workers);
      const startedAt = performance.now();
      await backfill(scenario, { start, end });
      figures.seconds = (performance.now() - startedAt) / 1000;
      const [workersAfter, serversAfter] = await cpuOf(place, workers);
      figures.workersCpuMs = workersAfter - workersBefore;
      figures.serversCpuMs = serversAfter - serversBefore;
    },
    IDLE_FILES_REMOVED_WITHIN_MS,
  );
  return { ...row, ...figures };
}

/** The CPU time so far, of the workers and of the servers, in ms; NaN where it is not measured. */
async function cpuOf(place: Place, workers: readonly RunningProcess[]): Promise<[number, number]> {
  if (place.cpuMs === undefined) return [Number.NaN, Number.NaN];
  return Promise.all([cpuMs(workers.map(({ pid }) => pid)), place.cpuMs()]);
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
