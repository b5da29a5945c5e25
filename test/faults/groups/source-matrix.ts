import { together, type FaultGroup } from '../fault-group.ts';
import { finalFaults } from '../source/final-faults.ts';
import { notDue } from '../source/not-due.ts';
import { otherAnswers } from '../source/other-answers.ts';
import { transientFaults } from '../source/transient-faults.ts';
import { rateLimits } from '../source/rate-limits.ts';

const SCENARIOS_AT_ONCE = 2;

/** Every answer of the source, and every way in which it does not answer. */
const sourceMatrix: FaultGroup = async function* (suite) {
  const scenarios = [transientFaults, rateLimits, finalFaults, otherAnswers];
  for await (const rows of together(scenarios, SCENARIOS_AT_ONCE, async (run) => run(suite))) yield* rows;
  if (!suite.quick) yield notDue(suite);
};

export default sourceMatrix;
