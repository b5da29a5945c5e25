import type { FaultKind } from '../../../local/sample-api/faults.ts';
import type { Pipeline } from '../../support/pipeline.ts';
import { auditRows } from '../audit-rows.ts';
import type { FaultSuite } from '../fault-group.ts';
import type { FaultRow } from '../fault-table.ts';
import { failuresIn } from '../operation-logs.ts';
import { hoursAt, intervalOf } from '../intervals.ts';
import { noRule } from '../proxy/disruptions.ts';
import { openScenario } from '../scenario.ts';
import { firstProblem, timesMet } from './source-fault.ts';

const WORKERS = 2;
const WAIT_SECONDS = 8;

/** Requests that were already sent when the answer came may still arrive. */
const ON_ITS_WAY_MS = 2_500;

const limits: readonly { name: string; kind: FaultKind; text: string }[] = [
  { name: '429, Retry-After in seconds', kind: '429', text: `429:${WAIT_SECONDS}` },
  { name: '429, Retry-After as a date', kind: '429-date', text: `429-date:${WAIT_SECONDS}` },
  { name: '429 without Retry-After', kind: '429-bare', text: '429-bare' },
];

/**
 * Every form of a rate limit, on hours that two workers export at once. While the source asks one of them to wait, no request
 * may come from either, for any hour.
 */
export async function rateLimits(suite: FaultSuite): Promise<FaultRow[]> {
  const scenario = await openScenario(suite, 'rate limits');
  const { pipeline } = scenario;
  return auditRows(scenario, async () => {
    for (let started = 0; started < WORKERS; started += 1)
      await scenario.startWorker(noRule, { HOURS_PER_WORKER: '2' });
    const limited = await Promise.all(
      limits.map(async ({ name, kind, text }, index) => {
        const windows = suite.quick ? hoursAt(index + 1, 8, 2) : hoursAt(index + 1, 12, 6);
        for (const window of windows) pipeline.api.addFault(`${window}=${text}*${suite.quick ? 1 : 2}`);
        const run = await scenario.startRun(intervalOf(windows));
        await run.result();
        return { fault: name, kind, windows };
      }),
    );
    return Promise.all(
      limited.map(async ({ kind, ...row }) => {
        const tooEarly = kind === '429-bare' ? 0 : requestsTooEarly(pipeline, kind);
        const failures = await failuresIn(pipeline, row.windows);
        return {
          ...row,
          injected: timesMet(pipeline, row.windows, kind),
          ...firstProblem([
            [tooEarly > 0, `${tooEarly} requests came before Retry-After had passed`],
            [
              !failures.has('RateLimited'),
              `the logs have ${[...failures.keys()].join(', ')}, not RateLimited`,
            ],
          ]),
        };
      }),
    );
  });
}

function requestsTooEarly({ api }: Pipeline, kind: FaultKind): number {
  const asked = api.requests.filter(({ faults }) => faults.includes(kind)).map(({ at }) => at);
  return api.requests.filter(({ at }) =>
    asked.some((limitedAt) => at > limitedAt + ON_ITS_WAY_MS && at < limitedAt + WAIT_SECONDS * 1000 - 20),
  ).length;
}
