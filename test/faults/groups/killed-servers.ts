import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startTemporalServer } from '../../../local/temporal-server.ts';
import { runVerb } from '../../support/command-line.ts';
import { auditScenario } from '../audit-scenario.ts';
import { randomFor, type FaultGroup } from '../fault-group.ts';
import { watchEnd } from '../deferred.ts';
import { daysOf } from '../intervals.ts';
import { noRule } from '../proxy/disruptions.ts';
import { openScenario } from '../scenario.ts';

const KILLS = 12;
const QUICK_KILLS = 2;
const DAYS = 4;

/** SIGKILL for the Temporal server at random moments; it starts again on the same database, with the same worker and client. */
const killedServers: FaultGroup = async function* (suite) {
  const fault = 'Temporal server killed';
  const random = randomFor(suite, fault);
  const kills = suite.quick ? QUICK_KILLS : KILLS;
  const dataDir = join(suite.folder, 'killed-server');
  let server = await startTemporalServer({ dataDir, report: suite.say });
  const { ports } = server;
  const scenario = await openScenario({ ...suite, temporal: server }, fault, { busyEvents: 500 });
  const killAndRestart = async (): Promise<void> => {
    process.kill(server.pid, 'SIGKILL');
    await server.exited;
    await sleep(random.below(1500));
    server = await startTemporalServer({ dataDir, report: suite.say, ports });
  };
  try {
    yield await auditScenario(
      scenario,
      fault,
      async (land) => {
        // One hour at a time, so that the run is still in progress at the last kill.
        await scenario.startWorker(noRule, { HOURS_PER_WORKER: '1' });
        const landing = land(daysOf(0, suite.quick ? 1 : DAYS));
        const isOver = watchEnd(landing);
        // Wait until the run is in progress: the fault is not for the command that starts it.
        while (!isOver() && scenario.pipeline.api.requests.length === 0) await sleep(50);
        let killed = 0;
        while (killed < kills) {
          await sleep(300 + random.below(2500));
          if (isOver()) break;
          await killAndRestart();
          killed += 1;
          suite.say(`${fault}: ${killed} of ${kills}`);
        }
        await landing;
        return killed;
      },
      async ({ start, end }) => {
        const { code, err } = await runVerb(['run', '--from', start, '--to', end], scenario.pipeline.env);
        if (code !== 0) throw new Error(`the run ended with ${code}: ${err}`);
      },
    );
  } finally {
    await server.stop();
  }
};

export default killedServers;
