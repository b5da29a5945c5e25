import { cpuMs } from '../../bench/support/process-figures.ts';
import type { RunningProcess } from '../../local/processes.ts';
import { historiesOf } from '../support/histories.ts';
import type { Pipeline } from '../support/pipeline.ts';
import type { Place } from './cluster-suite.ts';
import type { Figures } from './cluster-table.ts';

/** Does the work of a backfill on a pipeline, and returns what it took. @throws what the work throws */
export async function measure(
  place: Place,
  workers: readonly RunningProcess[],
  pipeline: Pipeline,
  work: () => Promise<void>,
): Promise<Figures> {
  const databaseBefore = await databaseBytesOf(place);
  const [workersBefore, serversBefore] = await cpuOf(place, workers);
  const startedAt = performance.now();
  await work();
  const seconds = (performance.now() - startedAt) / 1000;
  const [workersAfter, serversAfter] = await cpuOf(place, workers);
  const databaseAfter = await databaseBytesOf(place);
  return {
    seconds,
    workersCpuMs: workersAfter - workersBefore,
    serversCpuMs: serversAfter - serversBefore,
    historyEvents: (await historiesOf(pipeline)).reduce((sum, { events }) => sum + (events ?? []).length, 0),
    databaseBytes: databaseAfter - databaseBefore,
  };
}

/** The CPU time so far, of the workers and of the servers, in ms; NaN where it is not measured. */
async function cpuOf(place: Place, workers: readonly RunningProcess[]): Promise<[number, number]> {
  if (place.cpuMs === undefined) return [Number.NaN, Number.NaN];
  return Promise.all([cpuMs(workers.map(({ pid }) => pid)), place.cpuMs()]);
}

/** The size of Temporal's databases, in bytes; NaN where it is not measured. */
async function databaseBytesOf({ databaseBytes }: Place): Promise<number> {
  return databaseBytes === undefined ? Number.NaN : databaseBytes();
}
