import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from '../../core/errors.ts';
import type { HourWindow } from '../../core/hour-window.ts';
import { hoursOf, type Interval } from '../../core/interval.ts';
import { auditHours, countLeftOver } from './audit.ts';
import { CouldNotRun, couldNotRun, type FaultRow } from './fault-table.ts';
import type { Scenario } from './scenario.ts';

/** Workers remove dead workers' folders every half minute. */
const SWEPT_WITHIN_MS = 40_000;
const SCENARIO_WITHIN_MS = 25 * 60_000;

/** Exports some intervals, each in a run of its own, and resolves once all have ended well. */
export type Landing = (intervals: readonly Interval[]) => Promise<void>;

/**
 * Lets faults happen to a scenario and tells what became of the hours that were to land meanwhile; `trouble` gives how
 * often the fault struck. `run` exports an interval. The scenario is closed at the end.
 */
export async function auditScenario(
  scenario: Scenario,
  fault: string,
  trouble: (land: Landing) => Promise<number>,
  run: (interval: Interval) => Promise<unknown> = async (interval) =>
    (await scenario.startRun(interval)).result(),
): Promise<FaultRow> {
  const windows: HourWindow[] = [];
  const land: Landing = async (intervals) => {
    windows.push(...intervals.flatMap(hoursOf));
    await Promise.all(intervals.map(run));
  };
  try {
    const outcome = await Promise.race([trouble(land), tooLong()]).then(
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
      leftOver: await leftOver(scenario, windows),
    };
  } finally {
    await scenario.close();
  }
}

/** A scenario that hangs must not keep the others from being told of. */
async function tooLong(): Promise<never> {
  await sleep(SCENARIO_WITHIN_MS, undefined, { ref: false });
  throw new Error(`it has not ended within ${SCENARIO_WITHIN_MS / 60_000} minutes`);
}

/** What is left over in the whole bucket and in the work folder, once workers had the time to sweep it. */
export async function leftOver({ pipeline }: Scenario, windows: readonly HourWindow[]): Promise<number> {
  for (const deadline = Date.now() + SWEPT_WITHIN_MS; ; await sleep(1000)) {
    const count = await countLeftOver(pipeline, windows);
    if (count === 0 || Date.now() > deadline) return count;
  }
}
