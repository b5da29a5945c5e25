import { Ledger } from '../../../bronze/ledger.ts';
import { HOUR_MS } from '../../../core/hour-window.ts';
import { hoursOf } from '../../../core/interval.ts';
import { auditScenario } from '../audit-scenario.ts';
import type { FaultSuite } from '../fault-group.ts';
import type { FaultRow } from '../fault-table.ts';
import { failuresIn } from '../operation-logs.ts';
import { daysOf, hoursAt, intervalOf } from '../intervals.ts';
import { noRule } from '../proxy/disruptions.ts';
import { openScenario } from '../scenario.ts';

const setClock = new URL('set-clock.js', import.meta.url).href;

/**
 * Two workers on one WORK_DIR; the clock of one is `hours` hours ahead, or behind if negative. The row's `injected` is the
 * number of hours that this worker landed.
 */
export async function wrongClock(suite: FaultSuite, hours: number): Promise<FaultRow> {
  const fault = `clock ${Math.abs(hours)} hours ${hours > 0 ? 'ahead' : 'behind'}`;
  const scenario = await openScenario(suite, fault);
  const { api, bucket, prefix } = scenario.pipeline;
  return auditScenario(scenario, fault, async (landed) => {
    const startedAt = Date.now();
    const days = suite.quick ? [intervalOf(hoursAt(1, 12, 8))] : daysOf(0, 1);
    const windows = days.flatMap(hoursOf);
    // By the wrong clock, this date is hours in the future or in the past.
    for (const window of windows.filter((_, index) => index % 6 === 1))
      api.addFault(`${window}=429-date:2*1`);
    await scenario.startWorker(noRule, { HOURS_PER_WORKER: '2' });
    await scenario.startWorker(noRule, {
      HOURS_PER_WORKER: '4',
      NODE_OPTIONS: `--import=${setClock}`,
      CLOCK_SKEW_MS: String(hours * HOUR_MS),
    });
    await landed(days);
    const manifests = [...(await new Ledger(bucket, prefix).read(windows)).values()];
    const fetched = manifests.map(({ source }) => Date.parse(source.fetchedAt));
    if (fetched.some((time) => time < startedAt - 1000 || time > Date.now() + 1000))
      throw new Error('fetchedAt does not come from the server’s clock');
    const lost = (await failuresIn(scenario.pipeline, windows)).get('WorkFilesLost') ?? 0;
    if (lost > 0) throw new Error(`${lost} hours lost their files`);
    return manifests.filter(({ createdAt }) => Math.abs(Date.parse(createdAt) - startedAt) > HOUR_MS).length;
  });
}
