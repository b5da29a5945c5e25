import { execFile } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { hoursOf } from '../../../core/interval.ts';
import { auditScenario } from '../audit-scenario.ts';
import { randomFor, type FaultSuite } from '../fault-group.ts';
import type { FaultRow } from '../fault-table.ts';
import { failuresIn } from '../operation-logs.ts';
import { daysOf } from '../intervals.ts';
import { noRule } from '../proxy/disruptions.ts';
import { openScenario, type ProxiedWorker } from '../scenario.ts';

const run = promisify(execFile);
const ROUNDS = 5;
const TIGHT_MS = 2500;
const ENOUGH = 4096;

/**
 * Lowers a worker's limit of open files to little more than it has open, several times, at random moments. Node aborts
 * when it cannot make an event loop: the worker is then started again, as by a supervisor.
 */
export async function openFileLimit(suite: FaultSuite): Promise<FaultRow | undefined> {
  const fault = 'too many open files';
  if (!(await canLimit())) return undefined;
  const random = randomFor(suite, fault);
  const days = daysOf(0, 2);
  const scenario = await openScenario(suite, fault);
  return auditScenario(scenario, fault, async (landed) => {
    const start = async (): Promise<ProxiedWorker> => scenario.startWorker(noRule, { HOURS_PER_WORKER: '6' });
    let worker = await start();
    let aborted = 0;
    const landing = landed(days);
    landing.catch(() => undefined);
    for (let round = 0; round < ROUNDS; round += 1) {
      await sleep(300 + random.below(1200));
      await limit(worker, (await openFiles(worker.child.pid)) + random.below(12));
      await sleep(TIGHT_MS);
      if (hasEnded(worker)) {
        aborted += 1;
        worker = await start();
      } else {
        await limit(worker, ENOUGH);
      }
    }
    await landing;
    const failures = await failuresIn(scenario.pipeline, days.flatMap(hoursOf));
    const counts = [...failures].map(([type, count]) => `${count} ${type}`);
    suite.say(`${fault}: ${counts.join(', ')}; Node aborted ${aborted} times`);
    return aborted + (failures.get('OpenFilesExhausted') ?? 0);
  });
}

async function canLimit(): Promise<boolean> {
  try {
    await run('prlimit', ['--pid', String(process.pid), '--nofile']);
    return (await openFiles(process.pid)) > 0;
  } catch {
    return false;
  }
}

function hasEnded({ child }: ProxiedWorker): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

/** Sets the soft limit, which can be raised again. */
async function limit(worker: ProxiedWorker, files: number): Promise<void> {
  await run('prlimit', ['--pid', String(worker.child.pid), `--nofile=${files}:`]).catch((error: unknown) => {
    if (!hasEnded(worker)) throw error;
  });
}

async function openFiles(pid: number | undefined): Promise<number> {
  return (await readdir(`/proc/${pid}/fd`)).length;
}
