import type { HourWindow } from '../../../core/hour-window.ts';
import { auditHours, NOTHING } from '../audit.ts';
import { leftOver } from '../audit-scenario.ts';
import { EVENTS_IN_PARTS, type FaultGroup } from '../fault-group.ts';
import type { FaultRow } from '../fault-table.ts';
import { failuresIn } from '../operation-logs.ts';
import { ruleOf, storageCells, type Cell, type StorageStep } from '../s3-cells.ts';
import { noRule, type Rule } from '../proxy/disruptions.ts';
import { openScenario, type Scenario } from '../scenario.ts';

/** Every fault of a storage in every operation of a landing, each in its own hour, all with one worker. */
const s3Matrix: FaultGroup = async function* (suite) {
  const cells = storageCells(suite.quick);
  const scenario = await openScenario(suite, 's3 matrix', { busyEvents: EVENTS_IN_PARTS });
  try {
    const rule: { now: Rule } = { now: noRule };
    await scenario.startWorker((call) => rule.now(call), { HOURS_PER_WORKER: '12' });
    const landing = (how: StorageStep['landing']): Cell[] => cells.filter(({ step }) => step.landing === how);
    const [changing, fromRaw] = [landing('of changed data'), landing('from the raw archive')];
    await exportHours(scenario, [...changing, ...fromRaw], false);
    suite.say(`S3 matrix: ${cells.length} hours, each with its own fault`);
    for (const { window } of changing) scenario.pipeline.api.addFault(`${window}=changed`);
    // An hour that would be asked for although it has its raw archive would fail.
    for (const { window } of fromRaw) scenario.pipeline.api.addFault(`${window}=404`);
    const alone = cells.filter(({ step }) => step.operation === 'list-uploads');
    const atOnce = cells.filter((cell) => !alone.includes(cell));
    rule.now = ruleOf(atOnce);
    const [changed] = await Promise.all([
      exportHours(scenario, changing, true),
      exportHours(scenario, fromRaw, 'force'),
      exportHours(
        scenario,
        atOnce.filter(({ step }) => step.landing === 'first'),
        false,
      ),
    ]);
    for (const cell of alone) {
      rule.now = ruleOf([cell]);
      await exportHours(scenario, [cell], false);
    }
    const windows = cells.map(({ window }) => window);
    const rows = await Promise.all([...new Set(cells.map(({ row }) => row))].map(rowOf));
    yield* rows;
    yield { fault: 'S3 matrix: the whole bucket', injected: cells.length, ...(await wholeBucket()) };

    async function rowOf(row: string): Promise<FaultRow> {
      const ours = cells.filter((cell) => cell.row === row);
      const injected = ours.reduce((sum, cell) => sum + cell.injected, 0);
      const audit = await auditHours(
        scenario.pipeline,
        ours.map(({ window }) => window),
        { moreEvents: ours.some((cell) => changing.includes(cell)) },
      );
      const problems = (await Promise.all(ours.map(async (cell) => problemsOf(scenario, cell)))).flat();
      const unreported = ours.filter((cell) => changing.includes(cell) && !changed.includes(cell.window));
      problems.push(...unreported.map(({ window }) => `${window} has changed, and its run does not say so`));
      const problem = problems.length === 0 ? {} : { problem: problems.join('; ') };
      return { fault: `S3 ${row}`, injected, ...audit, ...problem };
    }

    async function wholeBucket() {
      return { ...NOTHING, leftOver: await leftOver(scenario, windows) };
    }
  } finally {
    await scenario.close();
  }
};

export default s3Matrix;

/** The expectations on a cell's fault that did not hold. */
async function problemsOf({ pipeline }: Scenario, cell: Cell): Promise<string[]> {
  const { window, injected } = cell;
  if (injected === 0) return [`did not happen in ${window}`];
  if (!cell.failsAttempt) return [];
  const failures = await failuresIn(pipeline, [window]);
  return failures.size === 0 ? [`no attempt failed in ${window}`] : [];
}

/** Exports hours, each in its own run. Returns the hours that their runs report as changed. */
async function exportHours(
  scenario: Scenario,
  cells: readonly Cell[],
  reprocess: boolean | 'force',
): Promise<HourWindow[]> {
  const runs = cells.map(async ({ window }) => {
    const run = await scenario.startRun({ start: window, end: window }, reprocess);
    return (await run.result()).changed;
  });
  return (await Promise.all(runs)).flat().map(({ window }) => window);
}
