import type { ErrorType } from '../../../core/error-types.ts';
import type { FaultKind } from '../../../local/sample-api/faults.ts';
import { auditRows, type AffectedHours } from '../audit-rows.ts';
import { randomFor, type FaultSuite } from '../fault-group.ts';
import type { FaultRow } from '../fault-table.ts';
import { failuresIn } from '../operation-logs.ts';
import { hoursAt, intervalOf } from '../intervals.ts';
import { noRule } from '../proxy/disruptions.ts';
import { openScenario, type Scenario } from '../scenario.ts';
import { firstProblem, timesMet } from './source-fault.ts';

interface TransientFault {
  readonly name: string;
  readonly kind: FaultKind;
  /** The type of the failed attempts. */
  readonly type: ErrorType;
  /** True when it takes as long as a timeout of the worker. */
  readonly slow?: true;
}

const faults: readonly TransientFault[] = [
  { name: '500', kind: '500', type: 'SourceUnavailable' },
  { name: '503', kind: '503', type: 'SourceUnavailable' },
  { name: '504', kind: '504', type: 'SourceUnavailable' },
  { name: 'no answer', kind: 'silence', type: 'SourceTimedOut', slow: true },
  { name: 'bytes stop coming', kind: 'stall', type: 'SourceTimedOut', slow: true },
  { name: 'connection reset before an answer', kind: 'reset', type: 'ConnectionLost' },
  { name: '200, closed early', kind: 'early-close', type: 'ConnectionLost' },
  { name: '200, a web page', kind: 'html', type: 'ArchiveMissing' },
  { name: '200, cut short with a normal end', kind: 'truncated', type: 'ArchiveBroken' },
  { name: 'corrupt gzip in a member', kind: 'corrupt-member', type: 'MemberCorrupt' },
  { name: 'wrong CRC-32 in the zip', kind: 'bad-crc', type: 'ArchiveBroken' },
];

/** Every transient fault of the source: its hours are requested again, and land. */
export async function transientFaults(suite: FaultSuite): Promise<FaultRow[]> {
  const name = 'transient source faults';
  const random = randomFor(suite, name);
  const scenario = await openScenario(suite, name);
  const chosen = faults.filter(({ slow = false }) => !(suite.quick && slow));
  return auditRows(scenario, async () => {
    await scenario.startWorker(noRule, { HOURS_PER_WORKER: '24' });
    return Promise.all(
      chosen.map(async (fault, index) => {
        // The six hours include the busy hour and the hour with bad lines.
        const windows = suite.quick ? hoursAt(index + 1, 8, 1) : hoursAt(index + 1, 12, 6);
        const times = windows.map(() => (suite.quick ? 1 : 1 + random.below(3)));
        for (const [hour, window] of windows.entries())
          scenario.pipeline.api.addFault(`${window}=${fault.kind}*${times[hour]}`);
        const expected = times.reduce((sum, count) => sum + count, 0);
        return inject(scenario, fault, windows, expected);
      }),
    );
  });
}

async function inject(
  scenario: Scenario,
  { name, kind, type }: TransientFault,
  windows: AffectedHours['windows'],
  expected: number,
): Promise<AffectedHours> {
  const { pipeline } = scenario;
  const run = await scenario.startRun(intervalOf(windows));
  const landed = await run.result().then(
    () => true,
    () => false,
  );
  const injected = timesMet(pipeline, windows, kind);
  const failures = await failuresIn(pipeline, windows);
  return {
    fault: name,
    windows,
    injected,
    ...firstProblem([
      [!landed, 'the run failed'],
      [injected !== expected, `happened ${injected} times, expected ${expected}`],
      [!failures.has(type), `the logs have ${[...failures.keys()].join(', ')}, not ${type}`],
    ]),
  };
}
