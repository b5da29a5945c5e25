import { Ledger } from '../../../bronze/ledger.ts';
import type { Manifest } from '../../../bronze/manifest.ts';
import type { FaultKind } from '../../../local/sample-api/faults.ts';
import type { Pipeline } from '../../support/pipeline.ts';
import { auditRows, type AffectedHours } from '../audit-rows.ts';
import type { FaultSuite } from '../fault-group.ts';
import type { FaultRow } from '../fault-table.ts';
import { hoursAt, intervalOf } from '../intervals.ts';
import { noRule } from '../proxy/disruptions.ts';
import { openScenario, type Scenario } from '../scenario.ts';
import { firstProblem, timesMet } from './source-fault.ts';

/** Answers that are not failures: other data or other bytes at a second export, bad lines, and no data. */
export async function otherAnswers(suite: FaultSuite): Promise<FaultRow[]> {
  const scenario = await openScenario(suite, 'other answers');
  const hours = (day: number): AffectedHours['windows'] =>
    suite.quick ? hoursAt(day, 8, 1) : hoursAt(day, 12, 6);
  return auditRows(scenario, async () => {
    await scenario.startWorker(noRule, { HOURS_PER_WORKER: '8' });
    return Promise.all([
      changed(scenario, hours(1)),
      repacked(scenario, hours(2)),
      badLines(scenario, hours(3)),
      noData(scenario, hoursAt(4, 3, 1)),
    ]);
  });
}

async function changed(scenario: Scenario, windows: AffectedHours['windows']): Promise<AffectedHours> {
  const { before, after } = await exportTwice(scenario, windows, 'changed');
  const moved = windows.filter(
    (window) =>
      after.manifests.get(window)?.revision === (before.manifests.get(window)?.revision ?? 0) + 1 &&
      after.manifests.get(window)?.digest !== before.manifests.get(window)?.digest,
  );
  return {
    fault: 'changed data at a second export',
    windows,
    variation: { moreEvents: true },
    injected: timesMet(scenario.pipeline, windows, 'changed'),
    ...firstProblem([
      [moved.length < windows.length, `${moved.length} of ${windows.length} hours have a new revision`],
      [after.objects.some((object) => before.objects.includes(object)), 'old objects are still there'],
    ]),
  };
}

async function repacked(scenario: Scenario, windows: AffectedHours['windows']): Promise<AffectedHours> {
  const { before, after } = await exportTwice(scenario, windows, 'repacked');
  const same = JSON.stringify([[...before.manifests], before.objects]);
  return {
    fault: 'other bytes, same lines, at a second export',
    windows,
    injected: timesMet(scenario.pipeline, windows, 'repacked'),
    ...firstProblem([
      [
        same !== JSON.stringify([[...after.manifests], after.objects]),
        'the second export changed more than logs',
      ],
    ]),
  };
}

async function badLines(scenario: Scenario, windows: AffectedHours['windows']): Promise<AffectedHours> {
  for (const window of windows) scenario.pipeline.api.addFault(`${window}=bad-lines`);
  const run = await scenario.startRun(intervalOf(windows));
  await run.result();
  const { manifests } = await landedHours(scenario.pipeline, windows);
  const rejecting = [...manifests.values()].filter(({ rejected }) => rejected > 0).length;
  return {
    fault: 'bad lines',
    windows,
    variation: { badLines: true },
    injected: timesMet(scenario.pipeline, windows, 'bad-lines'),
    ...firstProblem([
      [rejecting < windows.length, `${rejecting} of ${windows.length} hours have rejected lines`],
    ]),
  };
}

async function noData(scenario: Scenario, windows: AffectedHours['windows']): Promise<AffectedHours> {
  const run = await scenario.startRun(intervalOf(windows));
  await run.result();
  const { api } = scenario.pipeline;
  const { manifests, objects } = await landedHours(scenario.pipeline, windows);
  const empty = [...manifests.values()].filter(
    ({ status, source }) => status === 'empty' && source.httpStatus === 404,
  ).length;
  const answers = api.requests.filter(({ start }) => windows.some((window) => window === start));
  return {
    fault: '404 after the hour is due',
    windows,
    injected: answers.filter(({ status }) => status === 404).length,
    ...firstProblem([
      [empty < windows.length, `${empty} of ${windows.length} manifests say that the hour is empty`],
      [answers.length > windows.length, `${answers.length} requests`],
      [objects.length > 0, `${objects.length} objects without lines`],
    ]),
  };
}

/** Exports hours, then again with the fault. Returns the content of the bucket after each export. */
async function exportTwice(
  scenario: Scenario,
  windows: AffectedHours['windows'],
  kind: FaultKind,
): Promise<{ before: Landed; after: Landed }> {
  const { pipeline } = scenario;
  const first = await scenario.startRun(intervalOf(windows));
  await first.result();
  const before = await landedHours(pipeline, windows);
  for (const window of windows) pipeline.api.addFault(`${window}=${kind}`);
  const second = await scenario.startRun(intervalOf(windows), true);
  await second.result();
  return { before, after: await landedHours(pipeline, windows) };
}

interface Landed {
  readonly manifests: Map<string, Manifest>;
  /** Keys of events, rejected lines and archives. */
  readonly objects: readonly string[];
}

async function landedHours({ bucket, prefix }: Pipeline, windows: AffectedHours['windows']): Promise<Landed> {
  const manifests = new Map<string, Manifest>(
    [...(await new Ledger(bucket, prefix).read(windows))].toSorted(([a], [b]) => a.localeCompare(b)),
  );
  const days = new Set(windows.map((window) => window.slice(0, 10)));
  const stored = (await bucket.list(`${prefix}/`)).map(({ key }) => key);
  const objects = stored.filter(
    (key) => !/\/(logs|manifests)\//.test(key) && [...days].some((day) => key.includes(`dt=${day}`)),
  );
  return { manifests, objects };
}
