import { origins } from '../catalogue/origins.ts';
import { Random } from '../random.ts';
import { appActs, serverActs } from './other-acts.ts';
import type { Act, Step, Visit } from './step.ts';
import { visitorOf, type Visitor } from './visitor.ts';
import { webActs } from './web-acts.ts';

/** The number of visits of a script. */
export const VISITS = 64;

/** No visit has more steps. */
export const MOST_STEPS = 16;

const HOUR_SECONDS = 3600;
const LONGEST_PAUSE_SECONDS = 220;

/**
 * The events of an hour: the steps of 64 visits, in the order of their arrival, which mixes the visits. About 500 steps.
 * `seed` determines the visitors of the cohort, `hourSeed` what they do.
 */
export function hourScript(seed: string, cohort: number, hourSeed: number): readonly Step[] {
  const random = new Random(hourSeed);
  const steps = Array.from({ length: VISITS }, (_, index) =>
    visitSteps(index, visitorOf(seed, index, cohort), random),
  ).flat();
  // Of steps in the same second, the earlier visit comes first: the order is always the same.
  return steps.toSorted((a, b) => a.second - b.second);
}

/** The steps of a visit, each in a second of its own, so that they have an order whatever the fractions of seconds. */
function visitSteps(index: number, visitor: Visitor, random: Random): Step[] {
  const origin = visitor.kind === 'server' ? {} : random.pick(origins);
  const acts = actsOf(index, visitor, origin, random);
  const pauses = acts.map(() => 1 + random.below(LONGEST_PAUSE_SECONDS));
  const start = random.below(HOUR_SECONDS - pauses.reduce((sum, pause) => sum + pause, 0));
  const visit: Visit = { index, visitor, origin, delaySeconds: random.below(90), start };
  let second = start;
  return acts.map((act, position) => {
    const step = { visit, position, second, act };
    second += pauses[position] ?? 1;
    return step;
  });
}

function actsOf(index: number, visitor: Visitor, origin: Visit['origin'], random: Random): Act[] {
  if (visitor.kind === 'app') return appActs(random);
  if (visitor.kind === 'server') return serverActs(random);
  // By number instead of at random, so that no script is without them.
  const purchase = index % 10 === 0 ? 'with gift card' : index % 10 === 5 ? 'without gift card' : undefined;
  return webActs(visitor, origin, purchase, random);
}
