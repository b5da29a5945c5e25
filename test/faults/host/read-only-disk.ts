import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from '../../../core/errors.ts';
import { hoursOf } from '../../../core/interval.ts';
import { auditScenario } from '../audit-scenario.ts';
import type { FaultSuite } from '../fault-group.ts';
import type { FaultRow } from '../fault-table.ts';
import { failuresMet } from '../operation-logs.ts';
import { daysOf } from '../portions.ts';
import { noRule } from '../proxy/disruptions.ts';
import { openScenario } from '../trouble.ts';
import { mountSmallDisk } from './small-disk.ts';

const DISK_KIB = 128 * 1024;

/** A disk that is read-only when a worker starts, and one that becomes so while hours are in flight. */
export async function readOnlyDisk(suite: FaultSuite): Promise<FaultRow | undefined> {
  const fault = 'disk read-only';
  const days = daysOf(0, 1);
  const small = await mountSmallDisk(await openScenario(suite, fault), DISK_KIB);
  if (small === undefined) return undefined;
  const { disk, scenario } = small;
  return auditScenario(scenario, fault, async (landed) => {
    await disk.setReadOnly(true);
    const told = await scenario.startWorker(noRule).then(() => 'nothing', messageOf);
    if (!/ConfigurationInvalid.*WORK_DIR: .*EROFS/.test(told))
      throw new Error(`a worker that cannot write to WORK_DIR said ${told}`);
    await disk.setReadOnly(false);

    await scenario.startWorker(noRule, { HOURS_PER_HOST: '4' });
    const windows = days.flatMap(hoursOf);
    const landing = landed(days);
    landing.catch(() => undefined);
    await sleep(suite.quick ? 500 : 1500);
    await disk.setReadOnly(true);
    await failuresMet(scenario.pipeline, windows, 'WorkDirFailed', suite.quick ? 2 : 8);
    await disk.setReadOnly(false);
    await landing;
    return failuresMet(scenario.pipeline, windows, 'WorkDirFailed', 1);
  });
}
