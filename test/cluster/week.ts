import { setTimeout as sleep } from 'node:timers/promises';
import { count } from '../../client/terminal/format.ts';
import { hourCount, type Interval } from '../../core/interval.ts';
import { startNativeWorker } from '../../local/native/workers.ts';
import type { RunningProcess } from '../../local/processes.ts';
import { auditScenario } from '../faults/audit-scenario.ts';
import { watchEnd } from '../faults/deferred.ts';
import { openScenario, type Scenario } from '../faults/scenario.ts';
import { runVerb } from '../support/command-line.ts';
import type { ClusterSuite, Place } from './cluster-suite.ts';
import { NO_FIGURES, type ClusterRow, type Figures } from './cluster-table.ts';
import { measure } from './figures.ts';
import type { Load } from './load.ts';

/**
 * When a worker cannot report for a while, another one lands its hours. The first is not told, and removes files that were not
 * used for five minutes.
 */
const IDLE_FILES_REMOVED_WITHIN_MS = 6 * 60_000;

/** A year takes about half an hour. */
const ENDS_WITHIN_MS = 80 * 60_000;

/** A backfill that can be disturbed. */
export interface Week extends Pick<Scenario, 'pipeline'> {
  /**
   * Starts a worker as the Compose file does; `more` are further variables, `program` is the command line of another build. It
   * ends with the scenario.
   */
  startWorker(more?: Readonly<Record<string, string>>, program?: string): Promise<RunningProcess>;
  /** Starts the backfill, and resolves when the workers have asked for a part of its hours, from 0 to 1. */
  untilPart(part: number): Promise<void>;
  /** Resolves when the backfill has ended, and all its hours have landed. @throws when they have not */
  untilOver(): Promise<void>;
  /** True once the backfill has ended. */
  isOver(): boolean;
}

/** Does the faults of a scenario, and returns how often they happened. */
export type Disturb = (week: Week) => Promise<number>;

/**
 * Backfills the hours of a load by the command line while `disturb` does its faults, waits for the end, and audits every hour. The
 * workers are those that `disturb` starts. The figures are for the time from the start of the backfill to its end.
 */
export async function backfillWeek(
  suite: ClusterSuite,
  place: Place,
  name: string,
  { interval, concurrency, sample }: Load,
  disturb: Disturb,
): Promise<ClusterRow> {
  const { s3 } = suite.stack;
  const scenario = await openScenario({ ...suite, s3, temporal: place.temporal }, name, sample);
  const workers: RunningProcess[] = [];
  let figures: Figures = NO_FIGURES;
  const row = await auditScenario(
    scenario,
    name,
    async (land) => {
      const progress: { landing?: Promise<void>; isOver: () => boolean } = { isOver: () => false };
      const week: Week = {
        pipeline: scenario.pipeline,
        startWorker: async (more = {}, program?: string) => {
          const worker = await startWorker(suite, scenario, workers.length + 1, more, program);
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
        untilOver: async () => progress.landing,
        isOver: () => progress.isOver(),
      };
      const injected = await disturb(week);
      await week.untilOver();
      return injected;
    },
    async ({ start, end }) => {
      const work = async (): Promise<void> => backfill(scenario, { start, end }, concurrency);
      figures = await measure(place, workers, scenario.pipeline, work);
    },
    { cleanedWithinMs: IDLE_FILES_REMOVED_WITHIN_MS, endsWithinMs: ENDS_WITHIN_MS },
  );
  return { ...row, ...figures };
}

async function startWorker(
  { stack }: ClusterSuite,
  scenario: Scenario,
  number: number,
  more: Readonly<Record<string, string>>,
  program: string | undefined,
): Promise<RunningProcess> {
  const environment = { ...stack.worker.environment, ...scenario.pipeline.env, ...more };
  const { process } = await startNativeWorker(stack.worker, environment, scenario.folder, number, program);
  scenario.onClose(() => process.stop());
  return process;
}

async function backfill(
  { pipeline }: Scenario,
  { start, end }: Interval,
  concurrency: number,
): Promise<void> {
  const args = ['backfill', '--from', start, '--to', end, '--concurrency', String(concurrency)];
  const { code, out, err } = await runVerb(args, pipeline.env);
  const hours = count(hourCount({ start, end }));
  if (code !== 0 || !out.includes(`${hours} of ${hours} hours landed`))
    throw new Error(`the backfill ended with ${code}: ${out}${err}`);
}
