import { setTimeout as sleep } from 'node:timers/promises';
import { hoursOf, parseInterval } from '../../../core/interval.ts';
import { runVerb } from '../../support/command-line.ts';
import { auditScenario } from '../audit-scenario.ts';
import { randomFor, type FaultGroup } from '../fault-group.ts';
import { watchEnd } from '../deferred.ts';
import { noRule } from '../proxy/disruptions.ts';
import { openScenario } from '../scenario.ts';

const KILLS = 10;
const QUICK_KILLS = 1;

/** A backfill by the command line across a month's end, whose workers are killed at random moments. */
const killedBackfill: FaultGroup = async function* (suite) {
  const fault = 'worker killed in a backfill, at any moment';
  const random = randomFor(suite, fault);
  const kills = suite.quick ? QUICK_KILLS : KILLS;
  const range = parseInterval({
    start: '2026-02-27T12',
    end: suite.quick ? '2026-03-01T05' : '2026-03-02T23',
  });
  const scenario = await openScenario(suite, fault, { busyEvents: 500 });
  yield await auditScenario(
    scenario,
    fault,
    async (land) => {
      const landing = land([range]);
      const isOver = watchEnd(landing);
      let killed = 0;
      while (killed < kills && !isOver()) {
        const worker = await scenario.startWorker(noRule, { HOURS_PER_WORKER: '2' });
        await sleep(500 + random.below(2000));
        if (!isOver()) killed += 1;
        await worker.kill();
        suite.say(`${fault}: ${killed} of ${kills}`);
      }
      await scenario.startWorker(noRule);
      await landing;
      return killed;
    },
    async ({ start, end }) => {
      const args = ['backfill', '--from', start, '--to', end, '--concurrency', '24'];
      const { code, out, err } = await runVerb(args, scenario.pipeline.env);
      const { length: hours } = hoursOf(range);
      if (code !== 0 || !out.includes(`${hours} of ${hours} hours landed`))
        throw new Error(`the backfill ended with ${code}: ${out}${err}`);
    },
  );
};

export default killedBackfill;
