import { hoursOf } from '../../../core/interval.ts';
import { auditScenario } from '../audit-scenario.ts';
import type { FaultSuite } from '../fault-group.ts';
import type { FaultRow } from '../fault-table.ts';
import { failuresMet } from '../operation-logs.ts';
import { daysOf, hoursAt, intervalOf } from '../portions.ts';
import { noRule } from '../proxy/disruptions.ts';
import { openScenario } from '../trouble.ts';
import { mountSmallDisk } from './small-disk.ts';

/** In KiB: no hour fits; some do at a time; all do. */
const SIZES = { none: 48, some: 700, all: 128 * 1024 };

/** A disk on which no hour fits at first, then some at a time, then all. */
export async function fullDisk(suite: FaultSuite): Promise<FaultRow | undefined> {
  const fault = 'disk full';
  const days = suite.quick ? [intervalOf(hoursAt(1, 12, 8))] : daysOf(0, 1);
  const small = await mountSmallDisk(await openScenario(suite, fault, { busyEvents: 1000 }), SIZES.none);
  if (small === undefined) return undefined;
  const { disk, scenario } = small;
  return auditScenario(scenario, fault, async (landed) => {
    await scenario.startWorker(noRule, { HOURS_PER_HOST: '6' });
    const windows = days.flatMap(hoursOf);
    const landing = landed(days);
    landing.catch(() => undefined);
    const refused = await failuresMet(scenario.pipeline, windows, 'DiskFull', suite.quick ? 4 : 12);
    await disk.resize(SIZES.some);
    await failuresMet(scenario.pipeline, windows, 'DiskFull', refused + (suite.quick ? 1 : 8));
    await disk.resize(SIZES.all);
    await landing;
    return failuresMet(scenario.pipeline, windows, 'DiskFull', 1);
  });
}
