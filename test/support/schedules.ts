import { expect } from 'vitest';
import type { IntervalProgress } from '../../workflows/progress.ts';
import { runVerb } from './command-line.ts';
import type { Pipeline } from './pipeline.ts';

/** The output of `schedule create --json`. */
export interface MadeSchedule {
  readonly scheduleId: string;
  readonly note: string;
  readonly input: unknown;
  /** The command that backfills it. */
  readonly backfill: string;
}

/** A run that a schedule started at the nominal time `at`, and its result. */
export interface ScheduledRun {
  readonly at: string;
  readonly workflowId: string;
  readonly progress: IntervalProgress;
}

/** Makes a schedule by the command line and pauses it, so that it starts runs only when the test asks. */
export async function makeSchedule(
  { env, taskQueue }: Pipeline,
  name: string,
  ...options: string[]
): Promise<MadeSchedule> {
  const id = `${taskQueue}-${name}`;
  const made = await runVerb(['schedule', 'create', '--id', id, '--json', ...options], env);
  expect(made).toMatchObject({ code: 0, err: '' });
  expect(await runVerb(['schedule', 'pause', id], env)).toMatchObject({ code: 0 });
  return JSON.parse(made.out) as MadeSchedule;
}

/** The runs of a schedule, once it has started `count` runs (at most ten) and all have completed. */
export async function scheduledRuns(
  { client }: Pipeline,
  scheduleId: string,
  count: number,
): Promise<ScheduledRun[]> {
  const schedule = client.schedule.getHandle(scheduleId);
  await expect.poll(async () => (await schedule.describe()).info.numActionsTaken).toBe(count);
  const { recentActions } = (await schedule.describe()).info;
  return Promise.all(
    recentActions.map(async ({ scheduledAt, action: { workflow } }) => {
      const { workflowId } = workflow;
      const progress = (await client.workflow.getHandle(workflowId).result()) as IntervalProgress;
      return { at: scheduledAt.toISOString(), workflowId, progress };
    }),
  );
}

/** Deletes every schedule that a test's pipeline has made. */
export async function deleteSchedules({ client, taskQueue }: Pipeline): Promise<void> {
  for await (const { scheduleId } of client.schedule.list()) {
    if (scheduleId.startsWith(taskQueue)) await client.schedule.getHandle(scheduleId).delete();
  }
}
