import { setTimeout as sleep } from 'node:timers/promises';
import { hourStartMs, hourWindowAt } from '../../../core/hour-window.ts';
import { Ledger } from '../../../bronze/ledger.ts';
import { auditScenario } from '../audit-scenario.ts';
import type { FaultSuite } from '../fault-group.ts';
import type { FaultRow } from '../fault-table.ts';
import { deferred } from '../deferred.ts';
import { noRule } from '../proxy/disruptions.ts';
import { openScenario } from '../scenario.ts';

const DUE_IN_MS = 25_000;

/**
 * One worker, for which the present hour is due, plans its export; another, for which it is not due yet, continues. The
 * 404 that this one gets is not final, and the hour lands when it is due.
 */
export async function notDue(suite: FaultSuite): Promise<FaultRow> {
  const fault = '404 before the hour is due';
  const scenario = await openScenario(suite, fault);
  const { api, bucket, prefix } = scenario.pipeline;
  const window = hourWindowAt(Date.now());
  const ledger = new Ledger(bucket, prefix);
  return auditScenario(scenario, fault, async (landed) => {
    const asked = deferred<void>();
    const planner = await scenario.startWorker(
      ({ operation }) => {
        if (operation !== 'export') return undefined;
        asked.resolve();
        return { kind: 'reset' };
      },
      { HOUR_DUE_AFTER: '0s' },
    );
    const landing = landed([{ start: window, end: window }]);
    await Promise.race([asked.promise, landing]);
    planner.child.kill('SIGTERM');
    await planner.ended;
    const dueMs = Date.now() + DUE_IN_MS;
    const dueAfter = Math.ceil((dueMs - hourStartMs(window)) / 1000);
    api.addFault(`${window}=404*1`);
    await scenario.startWorker(noRule, { HOUR_DUE_AFTER: `${dueAfter}s` });
    while (api.requests.length === 0 && Date.now() < dueMs) await sleep(200);
    await sleep(1000);
    if ((await ledger.read([window])).size > 0) throw new Error('the hour landed before it was due');
    await landing;
    const [first, ...others] = api.requests;
    if (first?.status !== 404 || first.at >= dueMs)
      throw new Error('there was no request before the hour was due');
    if (others.some(({ at }) => at < dueMs))
      throw new Error('there was a second request before the hour was due');
    return 1;
  });
}
