import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from '../../core/errors.ts';
import type { HourWindow } from '../../core/hour-window.ts';
import { hoursOf, type Interval } from '../../core/interval.ts';
import { auditHours, countLeftOver } from './audit.ts';
import { CouldNotRun, couldNotRun, type FaultRow } from './fault-table.ts';
import type { Scenario } from './scenario.ts';

/** Workers remove the folders of dead workers every 30 seconds. */
const CLEANED_WITHIN_MS = 40_000;
const ENDS_WITHIN_MS = 25 * 60_000;

/** How long a scenario may take, in milliseconds. */
export interface Patience {
  /** For workers to remove what is left over. */
  readonly cleanedWithinMs: number;
  /** For faults and runs together. */
  readonly endsWithinMs: number;
}

/** Exports some intervals, each in its own run. Resolves once all runs have completed. */
export type Landing = (intervals: readonly Interval[]) => Promise<void>;

/**
 * Injects faults into a scenario, audits its hours, and closes it. `inject` calls `land` for the hours, and returns how
 * often the fault happened. `run` exports one interval.
 */
export async function auditScenario(
  scenario: Scenario,
  fault: string,
  inject: (land: Landing) => Promise<number>,
  run: (interval: Interval) => Promise<unknown> = async (interval) =>
    (await scenario.startRun(interval)).result(),
  { cleanedWithinMs, endsWithinMs }: Patience = {
    cleanedWithinMs: CLEANED_WITHIN_MS,
    endsWithinMs: ENDS_WITHIN_MS,
  },
): Promise<FaultRow> {
  const windows: HourWindow[] = [];
  const land: Landing = async (intervals) => {
    windows.push(...intervals.flatMap(hoursOf));
    await Promise.all(intervals.map(run));
  };
  try {
    const outcome = await Promise.race([inject(land), tooLong(endsWithinMs)]).then(
      (injected) => ({ injected }),
      (error: unknown) => {
        if (error instanceof CouldNotRun) return couldNotRun(fault, messageOf(error));
        return { injected: 0, problem: messageOf(error) };
      },
    );
    if ('couldNotRun' in outcome) return outcome;
    return {
      fault,
      ...outcome,
      ...(await auditHours(scenario.pipeline, windows)),
      leftOver: await leftOver(scenario, windows, cleanedWithinMs),
    };
  } finally {
    await scenario.close();
  }
}

/** A scenario that hangs must not keep the suite from reporting the others. */
async function tooLong(endsWithinMs: number): Promise<never> {
  await sleep(endsWithinMs, undefined, { ref: false });
  throw new Error(`it has not ended within ${endsWithinMs / 60_000} minutes`);
}

/** How many objects and files are left over in the bucket and the work folder, after workers had time to remove them. */
export async function leftOver(
  { pipeline }: Scenario,
  windows: readonly HourWindow[],
  cleanedWithinMs = CLEANED_WITHIN_MS,
): Promise<number> {
  for (const deadline = Date.now() + cleanedWithinMs; ; await sleep(1000)) {
    const count = await countLeftOver(pipeline, windows);
    if (count === 0 || Date.now() > deadline) return count;
  }
}
