import { setTimeout as sleep } from 'node:timers/promises';
import { auditScenario } from '../audit-scenario.ts';
import { EVENTS_IN_PARTS, randomFor, together, type FaultGroup, type FaultSuite } from '../fault-group.ts';
import type { FaultRow } from '../fault-table.ts';
import { killPoints, type FaultPoint } from '../fault-points.ts';
import { noRule } from '../proxy/disruptions.ts';
import { daysOf, hourEachDay } from '../intervals.ts';
import { holdRequest } from '../hold-request.ts';
import { openScenario } from '../scenario.ts';

const KILLINGS_AT_ONCE = 7;
const KILLS_A_POINT = 14;
const QUICK_KILLS = 3;
/** Hours land until the last kill. More parts than this mean that workers do not reach the point. */
const MOST_PARTS = 20;
/** A kill must not hit all hours. */
const FEW_HOURS = { HOURS_PER_WORKER: '2' };

interface Killing {
  readonly point: FaultPoint;
  /** True when another worker runs the whole time, with its own files. */
  readonly beside: boolean;
}

/** Points at which a worker dies while another runs: its files are lost, and the other exports its hours. */
const besideAnother = ['in parse', 'in an object', 'upload done, not reported'];

const killings: readonly Killing[] = [
  ...killPoints.map((point) => ({ point, beside: false })),
  ...killPoints.flatMap((point) => (besideAnother.includes(point.name) ? { point, beside: true } : [])),
];

/** SIGKILL for one worker after the other, each at the same point in the export of an hour, until all hours have landed. */
const killedWorkers: FaultGroup = async function* (suite) {
  const some = suite.quick ? killings.filter((_, index) => index % 4 === 2) : killings;
  yield* together(some, KILLINGS_AT_ONCE, async (killing) => killWorkers(suite, killing));
};

export default killedWorkers;

async function killWorkers(suite: FaultSuite, { point, beside }: Killing): Promise<FaultRow> {
  const fault = `${beside ? 'one of two workers' : 'worker'} killed ${point.name}`;
  const random = randomFor(suite, fault);
  const wanted = suite.quick ? QUICK_KILLS : KILLS_A_POINT;
  const scenario = await openScenario(suite, fault, { busyEvents: point.inParts ? EVENTS_IN_PARTS : 500 });
  const kills = { left: wanted };
  const killOneAfterTheOther = async (): Promise<void> => {
    if (beside) await scenario.startWorker(noRule, FEW_HOURS);
    for (; kills.left > 0; kills.left -= 1) {
      const request = holdRequest(point, random.below(4));
      const worker = await scenario.startWorker(request.rule, FEW_HOURS);
      await request.held;
      await sleep(random.below(point.withinMs ?? 1));
      await worker.kill();
      request.release('drop');
      suite.say(`${fault}: ${wanted - kills.left + 1} of ${wanted}`);
    }
    await scenario.startWorker(noRule);
  };
  return auditScenario(scenario, fault, async (land) => {
    const killing = killOneAfterTheOther();
    for (let part = 0; part === 0 || kills.left > 0; part += 1) {
      if (part === MOST_PARTS) throw new Error(`${kills.left} workers did not reach the point`);
      const intervals = point.inParts ? hourEachDay(13, part, 12) : daysOf(part, 1);
      await Promise.race([land(intervals), failureOf(killing)]);
    }
    await killing;
    return wanted;
  });
}

/** Rejects when the work fails; otherwise it never resolves. */
async function failureOf(work: Promise<unknown>): Promise<never> {
  await work;
  return new Promise<never>(() => undefined);
}
