import { readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { hoursOf } from '../../../core/interval.ts';
import type { Random } from '../../../local/sample-api/random.ts';
import { auditScenario } from '../audit-scenario.ts';
import { randomFor, type FaultSuite } from '../fault-group.ts';
import type { FaultRow } from '../fault-table.ts';
import { isAt, killPoints } from '../fault-points.ts';
import { failuresIn } from '../operation-logs.ts';
import { daysOf, hoursAt, intervalOf } from '../intervals.ts';
import type { Rule } from '../proxy/disruptions.ts';
import { openScenario } from '../scenario.ts';

/** An hour survives four damages; the fifth would fail it. */
const WIPES = 4;
const QUICK_WIPES = 2;

const pointsOfFiles = killPoints.filter(({ name }) =>
  [
    'in a download',
    'extract done, not reported',
    'parse done, not reported',
    'before an object is stored',
  ].includes(name),
);

/** Empties WORK_DIR while hours are at various points of their export. */
export async function wipedFiles(suite: FaultSuite): Promise<FaultRow> {
  const fault = 'WORK_DIR wiped';
  const random = randomFor(suite, fault);
  const wanted = suite.quick ? QUICK_WIPES : WIPES;
  const scenario = await openScenario(suite, fault);
  const { workDir } = scenario.pipeline;
  let wiped = 0;
  let passed = 0;
  const wipe = async (): Promise<'go on'> => {
    for (const name of await readdir(workDir)) await rm(join(workDir, name), { recursive: true });
    return 'go on';
  };
  const rule: Rule = (call) => {
    const point = pointsOfFiles[wiped % pointsOfFiles.length];
    if (wiped === wanted || point === undefined || !isAt(point, call)) return undefined;
    passed += 1;
    if (passed < 3 + random.below(3)) return undefined;
    passed = 0;
    wiped += 1;
    return { kind: 'interrupt', phase: point.phase, act: wipe };
  };
  return auditScenario(scenario, fault, async (landed) => {
    await scenario.startWorker(rule, { HOURS_PER_WORKER: '4' });
    const days = daysOf(0, 1);
    await landed(days);
    const restarted = (await failuresIn(scenario.pipeline, days.flatMap(hoursOf))).get('WorkFilesLost') ?? 0;
    if (restarted < wiped) throw new Error(`${wiped} wipes, but only ${restarted} hours lost their files`);
    return wiped;
  });
}

/** Alters, truncates or removes one file of an hour between its steps. */
export async function alteredFiles(suite: FaultSuite): Promise<FaultRow> {
  const fault = 'a work file altered between steps';
  const random = randomFor(suite, fault);
  const scenario = await openScenario(suite, fault);
  const hit = new Set<string>();
  let altered = 0;
  const rule: Rule = ({ operation, target, window }) => {
    if (operation !== 'put-log' || window === undefined || !/-(extract|parse)-/.test(target))
      return undefined;
    if (hit.has(window) || random.below(3) === 0) return undefined;
    const act = async (): Promise<'go on'> => {
      if (await damageOneFile(scenario.pipeline.workDir, window, random)) altered += 1;
      return 'go on';
    };
    hit.add(window);
    return { kind: 'interrupt', phase: 'after', act };
  };
  return auditScenario(scenario, fault, async (landed) => {
    await scenario.startWorker(rule, { HOURS_PER_WORKER: '4' });
    const days = suite.quick ? [intervalOf(hoursAt(1, 12, 8))] : daysOf(0, 2);
    await landed(days);
    const restarted = (await failuresIn(scenario.pipeline, days.flatMap(hoursOf))).get('WorkFilesLost') ?? 0;
    // A file that is altered after its last use is not noticed.
    if (restarted === 0) throw new Error(`none of ${altered} altered files was noticed`);
    return altered;
  });
}

/** Returns false when the hour has no files, such as an hour without data. */
async function damageOneFile(workDir: string, window: string, random: Random): Promise<boolean> {
  for (const worker of await readdir(workDir)) {
    for (const folder of await readdir(join(workDir, worker))) {
      if (!folder.startsWith(`${window}-`)) continue;
      const files = await readdir(join(workDir, worker, folder));
      const file = join(workDir, worker, folder, files[random.below(files.length)] ?? '');
      const bytes = await readFile(file);
      const place = random.below(bytes.length);
      const way = random.below(3);
      if (way === 0) await rm(file);
      else if (way === 1) await truncate(file, place);
      else {
        bytes[place] = (bytes[place] ?? 0) ^ (1 + random.below(255));
        await writeFile(file, bytes);
      }
      return true;
    }
  }
  return false;
}
