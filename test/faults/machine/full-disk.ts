import { hoursOf } from '../../../core/interval.ts';
import { auditScenario } from '../audit-scenario.ts';
import type { FaultSuite } from '../fault-group.ts';
import type { FaultRow } from '../fault-table.ts';
import { waitForFailures } from '../operation-logs.ts';
import { daysOf, hoursAt, intervalOf } from '../intervals.ts';
import { noRule } from '../proxy/disruptions.ts';
import { openScenario } from '../scenario.ts';
import { openFullDisk } from './disk-space.ts';

/** A disk on which first no hour fits, then some, then all. */
export async function fullDisk(suite: FaultSuite): Promise<FaultRow> {
  const fault = 'disk full';
  const days = suite.quick ? [intervalOf(hoursAt(1, 12, 8))] : daysOf(0, 1);
  const scenario = await openScenario(suite, fault, { busyEvents: 1000 });
  return auditScenario(scenario, fault, async (landed) => {
    const disk = await openFullDisk(scenario);
    await scenario.startWorker(noRule, { HOURS_PER_WORKER: '6', ...disk.env });
    const windows = days.flatMap(hoursOf);
    const landing = landed(days);
    landing.catch(() => undefined);
    const refused = await waitForFailures(scenario.pipeline, windows, 'DiskFull', suite.quick ? 4 : 12);
    await disk.setSpace('some');
    await waitForFailures(scenario.pipeline, windows, 'DiskFull', refused + (suite.quick ? 1 : 8));
    await disk.setSpace('all');
    await landing;
    return waitForFailures(scenario.pipeline, windows, 'DiskFull', 1);
  });
}
