import { setTimeout as sleep } from 'node:timers/promises';
import { auditScenario } from '../audit-scenario.ts';
import { EVENTS_IN_PARTS, randomFor, together, type FaultGroup, type FaultSuite } from '../fault-group.ts';
import { killPoints, type FaultPoint } from '../fault-points.ts';
import type { FaultRow } from '../fault-table.ts';
import { hourEachDay } from '../intervals.ts';
import { noRule } from '../proxy/disruptions.ts';
import { holdRequest } from '../hold-request.ts';
import { openScenario } from '../scenario.ts';

/** A stopped worker takes a minute of waiting, but almost no CPU time. */
const STOPS_AT_ONCE = 20;

interface Stop {
  readonly point: FaultPoint;
  /** The point of the second writer when the first one continues; undefined when the second has landed the hour. */
  readonly second: FaultPoint | undefined;
}

/**
 * SIGSTOP for a worker at a point in the export of an hour, until the retry runs on another worker. Then SIGCONT: now two
 * workers write one hour, and the first does not know of the second.
 */
const stoppedWorkers: FaultGroup = async function* (suite) {
  const points = killPoints.filter(({ operation }) => operation !== 'put-log');
  const stops = points.flatMap((point): Stop[] => {
    const storing = point.inParts ? 'complete-upload' : 'put-object';
    const seconds = killPoints.filter(
      ({ operation }) => operation === storing || operation === 'put-manifest',
    );
    const random = randomFor(suite, `second writer ${point.name}`);
    const landed: Stop = { point, second: undefined };
    // When the manifest is already stored, the second writer finds the same lines in it and writes nothing.
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
    const stopped = await scenario.startWorker(first.rule);
    const landing = land(hourEachDay(13, 0, 1));
    landing.catch(() => undefined);
    await first.held;
    stopped.child.kill('SIGSTOP');
    const goOn = (): void => {
      stopped.child.kill('SIGCONT');
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
    // Once it has ended, it does nothing more for the hour.
    stopped.child.kill('SIGTERM');
    await stopped.ended;
    return 1;
  });
}
