import { setTimeout as sleep } from 'node:timers/promises';
import { auditScenario } from '../audit-scenario.ts';
import { randomFor, together, type FaultGroup, type FaultSuite } from '../fault-group.ts';
import type { FaultRow } from '../fault-table.ts';
import { isAt, killPoints, type FaultPoint } from '../kill-points.ts';
import { noRule, type Rule } from '../proxy/disruptions.ts';
import { momentToCome } from '../moment.ts';
import { daysOf, hourEachDay } from '../portions.ts';
import { openScenario, type TroubledWorker } from '../trouble.ts';

const POINTS_AT_ONCE = 7;
const KILLS_A_POINT = 16;
const QUICK_KILLS = 3;
/** The busy hour's archive and its events are above the small parts' size. */
const EVENTS_IN_PARTS = 20_000;

/** SIGKILL for one worker after the other, each at the same point of some hour's way, until all hours have landed. */
const killedWorkers: FaultGroup = async function* (suite) {
  const points = suite.quick ? killPoints.filter((_, index) => index % 3 === 2) : killPoints;
  yield* together(points, POINTS_AT_ONCE, async (point) => killAt(suite, point));
};

export default killedWorkers;

async function killAt(suite: FaultSuite, point: FaultPoint): Promise<FaultRow> {
  const fault = `worker killed ${point.name}`;
  const random = randomFor(suite, fault);
  const wanted = suite.quick ? QUICK_KILLS : KILLS_A_POINT;
  const scenario = await openScenario(suite, fault, { busyEvents: point.inParts ? EVENTS_IN_PARTS : 500 });
  let killed = 0;
  const killOneAfterTheOther = async (): Promise<void> => {
    while (killed < wanted) {
      const trap = setTrap(point, random.below(4), random.below(point.withinMs ?? 1));
      const worker = await scenario.startWorker(trap.rule, { HOURS_PER_HOST: '2' });
      await trap.kill(worker);
      killed += 1;
      suite.say(`${fault}: ${killed} of ${wanted}`);
    }
    await scenario.startWorker(noRule);
  };
  return auditScenario(scenario, fault, async (landed) => {
    const killing = killOneAfterTheOther();
    for (let portion = 0; portion === 0 || killed < wanted; portion += 1) {
      const intervals = point.inParts ? hourEachDay(13, portion, 12) : daysOf(portion, 1);
      await Promise.race([landed(intervals), killing.then(() => new Promise<never>(() => undefined))]);
    }
    await killing;
    return killed;
  });
}

interface Trap {
  readonly rule: Rule;
  /** Kills the worker once it is at the trap's point. */
  kill(worker: TroubledWorker): Promise<void>;
}

/** Lets some requests pass the point, stops the next one there, and drops it once the worker is dead. */
function setTrap(point: FaultPoint, skipped: number, delayMs: number): Trap {
  const sprung = momentToCome<void>();
  const dead = momentToCome<'drop'>();
  let passed = 0;
  return {
    rule: (call) => {
      if (!isAt(point, call) || passed++ !== skipped) return undefined;
      const act = async (): Promise<'drop'> => {
        await sleep(delayMs);
        sprung.reach();
        return dead.reached;
      };
      return { kind: 'interrupt', phase: point.phase, act };
    },
    kill: async (worker) => {
      await sprung.reached;
      await worker.kill();
      dead.reach('drop');
    },
  };
}
