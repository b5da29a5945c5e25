import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { parseInterval } from '../../core/interval.ts';
import { randomFor } from '../faults/fault-group.ts';
import { makeNextVersion, type VersionChange } from '../support/next-version.ts';
import { nativePlace, type ClusterSuite, type RunScenario } from './cluster-suite.ts';
import { Fleet, type Build } from './fleet.ts';
import { judgeUpgrades } from './judge-upgrades.ts';
import { WEEK, type Load } from './load.ts';
import { backfillWeek, type Week } from './week.ts';

/** An upgrade, the way back, and the upgrade again: after how many percent of the hours, at the earliest. */
const SWAPS_AT = [15, 40, 65];
const LATER_BY_AT_MOST = 20;

/** Small hours: what counts here are runs, and how often the backfill continues as new. */
const YEAR: Load = {
  interval: parseInterval({ start: '2025-01-01T00', end: '2025-12-31T23' }),
  concurrency: 8,
  sample: { eachHour: { events: 20, members: 1 } },
};

/** Two workers of one build replace two of the other, back and forth. Runs go over to them: both builds take the same steps. */
export const replaceWorkers: RunScenario = async (suite, name) =>
  upgrade(suite, name, WEEK, 'wording', async (fleet, moment) => {
    await fleet.start('old');
    let current: Build = 'old';
    for (const at of SWAPS_AT) {
      if (!(await moment(at))) break;
      const replaced: Build = current;
      current = replaced === 'old' ? 'next' : 'old';
      await fleet.start(current);
      await fleet.stop(replaced);
    }
  });

/** Workers of two versions with different steps; one or the other is current, back and forth. */
export const swapVersions: RunScenario = async (suite, name) =>
  upgrade(suite, name, WEEK, 'unpatched', async (fleet, moment) => {
    await fleet.start('old');
    await fleet.makeCurrent('old');
    await fleet.start('next');
    for (const [index, at] of SWAPS_AT.entries()) {
      if (!(await moment(at))) break;
      await fleet.makeCurrent(index % 2 === 0 ? 'next' : 'old');
    }
  });

/** A year over two workers: an upgrade after a third of the hours, and the way back after two, as docs/upgrades.md says. */
export const upgradeInYear: RunScenario = async (suite, name) =>
  upgrade(suite, name, YEAR, 'unpatched', async (fleet, moment) => {
    await fleet.start('old');
    await fleet.makeCurrent('old');
    for (const [from, to, at] of [
      ['old', 'next', 30],
      ['next', 'old', 60],
    ] as const) {
      if (!(await moment(at))) break;
      await fleet.start(to);
      await fleet.makeCurrent(to);
      const beganAt = performance.now();
      await fleet.untilDrained(from);
      const seconds = ((performance.now() - beganAt) / 1000).toFixed(0);
      suite.say(`no run stays with the ${from} version ${seconds} s after the ${to} one was made current`);
      await fleet.stop(from);
    }
  });

/** Resolves at a random moment after this part of the hours, in percent; false when the backfill is over. */
type Moment = (percent: number) => Promise<boolean>;

async function upgrade(
  suite: ClusterSuite,
  name: string,
  load: Load,
  change: VersionChange,
  act: (fleet: Fleet, moment: Moment) => Promise<void>,
): Promise<Awaited<ReturnType<RunScenario>>> {
  const nextProgram = await makeNextVersion(await mkdtemp(join(suite.folder, 'next-')), change);
  const random = randomFor(suite, name);
  return backfillWeek(suite, nativePlace(suite), name, load, async (week: Week) => {
    const fleet = new Fleet(week, { nextProgram, areVersioned: change === 'unpatched' });
    let moments = 0;
    await act(fleet, async (percent) => {
      await week.untilPart((percent + random.below(LATER_BY_AT_MOST)) / 100);
      if (week.isOver()) return false;
      moments += 1;
      return true;
    });
    await week.untilOver();
    await judgeUpgrades(suite, week, fleet);
    return moments;
  });
}
