import { setTimeout as sleep } from 'node:timers/promises';
import { historiesOf } from '../support/histories.ts';
import { randomFor } from '../faults/fault-group.ts';
import { nativePlace, type ClusterSuite, type RunScenario } from './cluster-suite.ts';
import { handBacksOf, repeatedInVain, spread } from './handed-back.ts';
import { activitiesOf } from './hour-activities.ts';
import { TWO_DAYS, type Load } from './load.ts';
import { stopWorker, type Stopped } from './stop-worker.ts';
import { backfillWeek, type Week } from './week.ts';

/** Hours that take seconds, and four more in flight than two workers have slots. */
const BUSY: Load = {
  interval: TWO_DAYS.interval,
  concurrency: 12,
  sample: { eachHour: { events: 20_000, members: 4 } },
};

/** A signal comes up to so many milliseconds after an hour was asked for: in any of its steps. */
const LONGEST_STEP_MS = 2000;

/**
 * SIGTERM for one of two workers, which another one then replaces, and later for the other. Each must end in time and leave
 * nothing, and no work may be repeated that could have finished.
 */
export const stopWorkers: RunScenario = async (suite, name) => {
  const random = randomFor(suite, name);
  return backfillWeek(suite, nativePlace(suite), name, BUSY, async (week) => {
    const workers = [await week.startWorker(), await week.startWorker()];
    const stopped: Stopped[] = [];
    for (const [index, worker] of workers.entries()) {
      await week.untilPart((20 + 30 * index + random.below(20)) / 100);
      await sleep(random.below(LONGEST_STEP_MS));
      if (week.isOver()) break;
      stopped.push(await stopWorker(worker, week.pipeline.workDir));
      await week.startWorker();
    }
    await week.untilOver();
    return judge(suite, week, stopped);
  });
};

/** Reports what the workers did that were told to stop. Returns how many of them handed hours back. @throws Error with all problems */
async function judge(
  { say }: ClusterSuite,
  { pipeline }: Week,
  stopped: readonly Stopped[],
): Promise<number> {
  const { requests } = pipeline.api;
  const runs = (await historiesOf(pipeline)).map(activitiesOf);
  const all = runs.flatMap((activities) => handBacksOf(activities, requests, stopped));
  const activities = runs.flat();
  for (const leaver of stopped) {
    const { name, pid, toldAt, seconds } = leaver;
    const landed = activities.filter(
      ({ type, started, ended }) =>
        type === 'upload' &&
        started?.worker.startsWith(`${pid}@`) &&
        ended?.how === 'ended well' &&
        ended.at > toldAt,
    ).length;
    const own = all.filter((handBack) => handBack.leaver === leaver);
    const begun = own.filter(({ hadBegun }) => hadBegun).length;
    say(
      `${name} ended ${seconds.toFixed(1)} s after SIGTERM: ${landed} hours landed, handed back ${own.length - begun} that waited for a slot, ${begun} with files`,
    );
    if (own.length === 0) continue;
    say(`  another worker took them after ${spread(own.flatMap(({ takenAfterMs }) => takenAfterMs ?? []))}`);
    say(
      `  and had a slot for them after ${spread(own.flatMap(({ waitedForSlotMs }) => waitedForSlotMs ?? []))}`,
    );
  }
  const problems = [
    ...stopped.flatMap(({ problems }) => problems),
    ...repeatedInVain(activities, requests, all),
  ];
  if (problems.length > 0) throw new Error(problems.join('; '));
  return stopped.filter((leaver) => all.some((handBack) => handBack.leaver === leaver)).length;
}
