import { setTimeout as sleep } from 'node:timers/promises';
import { auditScenario } from '../audit-scenario.ts';
import { EVENTS_IN_PARTS, randomFor, together, type FaultGroup, type FaultSuite } from '../fault-group.ts';
import { killPoints, type FaultPoint } from '../fault-points.ts';
import type { FaultRow } from '../fault-table.ts';
import { hourEachDay } from '../intervals.ts';
import { noRule } from '../proxy/disruptions.ts';
import { holdRequest } from '../hold-request.ts';
import { openScenario } from '../scenario.ts';

/** Stopping one costs a minute of waiting, but next to no work. */
const STOPS_AT_ONCE = 20;

interface Stop {
  readonly point: FaultPoint;
  /** Where the second writer is when the first one goes on; undefined when it has landed the hour. */
  readonly second: FaultPoint | undefined;
}

/**
 * SIGSTOP for a worker at a point of an hour's way until its retry runs on another one; then SIGCONT, so that there are
 * two writers on one hour, of which the first takes itself for the only one.
 */
const stoppedWorkers: FaultGroup = async function* (suite) {
  const stopped = killPoints.filter(({ operation }) => operation !== 'put-log');
  const stops = stopped.flatMap((point): Stop[] => {
    const storing = point.inParts ? 'complete-upload' : 'put-object';
    const seconds = killPoints.filter(
      ({ operation }) => operation === storing || operation === 'put-manifest',
    );
    const random = randomFor(suite, `second writer ${point.name}`);
    const landed: Stop = { point, second: undefined };
    // Where the manifest is there already, the second writer finds the same lines in it and writes nothing.
    if (point.name === 'after the manifest') return [landed];
    return [landed, { point, second: seconds[random.below(seconds.length)] }];
  });
  const some = suite.quick ? stops.filter((_, index) => index === 9) : stops;
  yield* together(some, STOPS_AT_ONCE, async (stop) => stopWorker(suite, stop));
};

export default stoppedWorkers;

async function stopWorker(suite: FaultSuite, { point, second }: Stop): Promise<FaultRow> {
  const until = second === undefined ? 'until the hour has landed' : `until another is ${second.name}`;
  const fault = `worker stopped ${point.name}, ${until}`;
  const random = randomFor(suite, fault);
  const scenario = await openScenario(suite, fault, { busyEvents: point.inParts ? EVENTS_IN_PARTS : 500 });
  return auditScenario(scenario, fault, async (land) => {
    const first = holdRequest(point, 0);
    const sleeper = await scenario.startWorker(first.rule);
    const landing = land(hourEachDay(13, 0, 1));
    landing.catch(() => undefined);
    await first.held;
    sleeper.child.kill('SIGSTOP');
    const goOn = (): void => {
      sleeper.child.kill('SIGCONT');
      first.release('go on');
    };
    if (second === undefined) {
      await scenario.startWorker(noRule);
      await landing;
      goOn();
    } else {
      const other = holdRequest(second, 0);
      await scenario.startWorker(other.rule);
      const reached = await Promise.race([other.held.then(() => true), landing.then(() => false)]);
      if (!reached) throw new Error('the hour landed without a second writer at its point');
      goOn();
      await sleep(random.below(100));
      other.release('go on');
      await landing;
    }
    // What it still does for the hour is over once it has ended.
    sleeper.child.kill('SIGTERM');
    await sleeper.ended;
    return 1;
  });
}
