import type { fanOut } from '../fan-out/workflow.ts';
import type { BenchStack } from './bench-stack.ts';
import { cpuMs } from './process-figures.ts';
import { startReady } from './start-ready.ts';

/** Hours, and what they took. */
export interface Measured {
  readonly hours: number;
  readonly seconds: number;
  readonly cpuMsPerHour: number;
}

/** The shape of a bare fan-out: so many days, `concurrency` days and `hoursAtOnce` hours of each at once. */
export interface FanOutShape {
  readonly days: number;
  readonly concurrency: number;
  readonly hoursAtOnce: number;
}

/** Measures three activities an hour that do nothing, in the Temporal server of a stack and a worker of their own. */
export async function measureFanOut(
  { servers: { temporal }, client }: BenchStack,
  folder: string,
  { days, concurrency, hoursAtOnce }: FanOutShape,
): Promise<Measured> {
  const worker = await startReady('fan-out/worker.js', [temporal.address], {}, folder);
  const measured = await measure(days * 24, [temporal.pid, worker.pid], async () => {
    await client.workflow.execute<typeof fanOut>('fanOut', {
      workflowId: 'fan-out',
      taskQueue: 'fan-out',
      args: [Array.from({ length: days }, (_, day) => day), concurrency, hoursAtOnce],
    });
  });
  await worker.stop();
  return measured;
}

/** Measures the CPU time that processes take for some work. */
export async function measure(
  hours: number,
  pids: readonly number[],
  work: () => Promise<void>,
): Promise<Measured> {
  const before = await cpuMs(pids);
  const startedAt = performance.now();
  await work();
  const seconds = (performance.now() - startedAt) / 1000;
  return { hours, seconds, cpuMsPerHour: ((await cpuMs(pids)) - before) / hours };
}
