import type { ErrorType } from '../../../core/error-types.ts';
import { messageOf } from '../../../core/errors.ts';
import type { FaultKind } from '../../../local/sample-api/faults.ts';
import { Ledger } from '../../../bronze/ledger.ts';
import { auditRows, type AffectedHours } from '../audit-rows.ts';
import type { FaultSuite } from '../fault-group.ts';
import type { FaultRow } from '../fault-table.ts';
import { hoursAt, intervalOf } from '../intervals.ts';
import { noRule } from '../proxy/disruptions.ts';
import { openScenario, type Scenario } from '../scenario.ts';
import { firstProblem, timesMet } from './source-fault.ts';

const faults: readonly (readonly [FaultKind, ErrorType])[] = [
  ['400-too-large', 'ExportTooLarge'],
  ['400-invalid', 'RequestInvalid'],
  ['401', 'AccessDenied'],
  ['403', 'AccessDenied'],
];

/** Every fault that no retry heals: one request for each hour, a failed run that names the hours, and a landing afterwards. */
export async function finalFaults(suite: FaultSuite): Promise<FaultRow[]> {
  const scenario = await openScenario(suite, 'source faults that are final');
  return auditRows(scenario, async () => {
    await scenario.startWorker(noRule, { HOURS_PER_WORKER: '8' });
    return Promise.all(
      faults.map(async (fault, index) => inject(scenario, hoursAt(index + 1, 12, 3), fault)),
    );
  });
}

/** Each hour has the fault once: a second request would succeed, and the run would not fail. */
async function inject(
  scenario: Scenario,
  windows: AffectedHours['windows'],
  [kind, type]: readonly [FaultKind, ErrorType],
): Promise<AffectedHours> {
  const { api, bucket, prefix } = scenario.pipeline;
  for (const window of windows) api.addFault(`${window}=${kind}*1`);
  const failed = await scenario.startRun(intervalOf(windows));
  const message = await failed.result().then(
    () => 'nothing',
    (error: unknown) => messageOf(error instanceof Error ? error.cause : error),
  );
  const requests = api.requests.filter(({ start }) => windows.some((window) => window === start)).length;
  const landed = (await new Ledger(bucket, prefix).read(windows)).size;
  const again = await scenario.startRun(intervalOf(windows));
  await again.result();
  return {
    fault: `${kind}, then none`,
    windows,
    injected: timesMet(scenario.pipeline, windows, kind),
    ...firstProblem([
      [
        !windows.every((window) => message.includes(window)),
        `the failure does not name the hours: ${message}`,
      ],
      [!message.includes(type), `the failure is not ${type}: ${message}`],
      [requests !== windows.length, `${requests} requests for ${windows.length} hours`],
      [landed > 0, `${landed} hours landed nevertheless`],
    ]),
  };
}
