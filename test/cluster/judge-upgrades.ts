import { failedTasks, historiesOf } from '../support/histories.ts';
import type { ClusterSuite } from './cluster-suite.ts';
import type { Fleet } from './fleet.ts';
import { handBacksOf, repeatedInVain } from './handed-back.ts';
import { activitiesOf } from './hour-activities.ts';
import type { Week } from './week.ts';

/**
 * Says how many hours each build landed, and how many were handed back. @throws Error with all problems: a workflow task that
 * failed, as with a nondeterminism error; work that was repeated in vain; a build that did nothing
 */
export async function judgeUpgrades({ say }: ClusterSuite, { pipeline }: Week, fleet: Fleet): Promise<void> {
  const histories = await historiesOf(pipeline);
  const runs = histories.map(activitiesOf);
  const activities = runs.flat();
  const { requests } = pipeline.api;
  const handBacks = runs.flatMap((run) => handBacksOf(run, requests, fleet.stopped));

  const landedBy = { old: 0, next: 0 };
  for (const { type, started, ended } of activities) {
    const build = fleet.buildOf(Number.parseInt(started?.worker ?? '', 10));
    if (type === 'upload' && ended?.how === 'ended well' && build !== undefined) landedBy[build] += 1;
  }
  say(
    `the old build landed ${landedBy.old} hours, the next one ${landedBy.next}; ${handBacks.length} were handed back; ${histories.length} runs`,
  );
  const idle = Object.entries(landedBy).filter(([, hours]) => hours === 0);
  const problems = [
    ...idle.map(([build]) => `the ${build} build has landed nothing`),
    ...histories.flatMap(failedTasks).map((reason) => `a workflow task failed: ${reason}`),
    ...fleet.stopped.flatMap(({ problems }) => problems),
    ...repeatedInVain(activities, requests, handBacks),
  ];
  if (problems.length > 0) throw new Error(problems.join('; '));
}
