import { messageOf } from '../../../core/errors.ts';
import { hoursOf } from '../../../core/interval.ts';
import { auditScenario } from '../audit-scenario.ts';
import type { FaultSuite } from '../fault-group.ts';
import type { FaultRow } from '../fault-table.ts';
import { waitForFailures } from '../operation-logs.ts';
import { deferred } from '../deferred.ts';
import { daysOf } from '../intervals.ts';
import { noRule } from '../proxy/disruptions.ts';
import { openScenario } from '../scenario.ts';
import { mountSmallDisk } from './small-disk.ts';

const DISK_KIB = 128 * 1024;
const ALREADY_LANDED = 6;
/** This many hours are about to be downloaded when the disk becomes read-only. */
const SLOTS = 4;

/** A disk that is read-only when a worker starts, and that becomes read-only while hours are in flight. */
export async function readOnlyDisk(suite: FaultSuite): Promise<FaultRow | undefined> {
  const fault = 'disk read-only';
  const days = daysOf(0, 1);
  const scenario = await openScenario(suite, fault);
  const disk = await mountSmallDisk(scenario, DISK_KIB);
  if (disk === undefined) {
    await scenario.close();
    return undefined;
  }
  return auditScenario(scenario, fault, async (landed) => {
    await disk.setReadOnly(true);
    const ended = await scenario.startWorker(noRule).then(() => 'nothing', messageOf);
    if (!/ConfigurationInvalid.*WORK_DIR: .*EROFS/.test(ended))
      throw new Error(`a worker that cannot write to WORK_DIR ended with: ${ended}`);
    await disk.setReadOnly(false);

    const held = deferred<void>();
    const released = deferred<'go on'>();
    let requests = 0;
    await scenario.startWorker(
      ({ operation }) => {
        if (operation !== 'export') return undefined;
        requests += 1;
        if (requests <= ALREADY_LANDED) return undefined;
        if (requests === ALREADY_LANDED + SLOTS) held.resolve();
        return { kind: 'interrupt', phase: 'before', act: async () => released.promise };
      },
      { HOURS_PER_WORKER: String(SLOTS) },
    );
    const windows = days.flatMap(hoursOf);
    const landing = landed(days);
    landing.catch(() => undefined);
    await held.promise;
    await disk.setReadOnly(true);
    released.resolve('go on');
    // One of the hours may have no data: it writes nothing.
    await waitForFailures(scenario.pipeline, windows, 'WorkDirFailed', SLOTS - 1);
    await disk.setReadOnly(false);
    await landing;
    return waitForFailures(scenario.pipeline, windows, 'WorkDirFailed', 1);
  });
}
