import { optionalTsToMs, msToTs } from '@temporalio/common/lib/time.js';
import type { NativeConnection } from '@temporalio/worker';
import { HOUR_MS } from '../../core/hour-window.ts';

/** How far back starts are looked for: a start that is older than a day is the matter of the freshness. */
const LOOK_BACK_MS = 25 * HOUR_MS;

/** The server may take this long to start a run. */
const START_TAKES_MS = 60_000;

/** The workflow that our schedules start. */
const WORKFLOW_TYPE = 'exportInterval';

/** The server keeps so many of the newest starts of a schedule. */
const STARTS_KEPT = 10;

/** What is asked of the server. */
type Schedules = Pick<
  NativeConnection['workflowService'],
  'listSchedules' | 'describeSchedule' | 'listScheduleMatchingTimes'
>;

/** Whose schedules: those that start a workflow on a task queue. */
interface Place {
  readonly namespace: string;
  readonly taskQueue: string;
}

/**
 * How long ago a schedule of a task queue should have started a run and did not, in seconds; the longest, 0 when there is
 * none. A paused schedule counts: nothing exports its hours. Temporal has no metric for a start that was left out.
 * @throws the errors of the Temporal client
 */
export async function overdueSeconds(schedules: Schedules, place: Place, nowMs: number): Promise<number> {
  let longestMs = 0;
  for (const scheduleId of await schedulesOf(schedules, place))
    longestMs = Math.max(longestMs, await overdueMs(schedules, { ...place, scheduleId }, nowMs));
  return longestMs / 1000;
}

async function schedulesOf(schedules: Schedules, { namespace }: Place): Promise<string[]> {
  const ids: string[] = [];
  let nextPageToken: Uint8Array | undefined;
  do {
    const page = await schedules.listSchedules({
      namespace,
      maximumPageSize: 100,
      ...(nextPageToken !== undefined && { nextPageToken }),
    });
    const ours = page.schedules.filter(({ info }) => info?.workflowType?.name === WORKFLOW_TYPE);
    ids.push(...ours.flatMap(({ scheduleId }) => scheduleId ?? []));
    nextPageToken = page.nextPageToken;
  } while (nextPageToken.length > 0);
  return ids;
}

async function overdueMs(
  schedules: Schedules,
  { namespace, taskQueue, scheduleId }: Place & { readonly scheduleId: string },
  nowMs: number,
): Promise<number> {
  const { schedule, info } = await schedules.describeSchedule({ namespace, scheduleId });
  if (schedule?.action?.startWorkflow?.taskQueue?.name !== taskQueue) return 0;
  if (schedule.state?.limitedActions === true && Number(schedule.state.remainingActions ?? 0) === 0) return 0;
  // A start before the schedule had its present form is not one that it should have made.
  const sinceMs = Math.max(
    nowMs - LOOK_BACK_MS,
    optionalTsToMs(info?.createTime) ?? 0,
    optionalTsToMs(info?.updateTime) ?? 0,
  );
  const untilMs = nowMs - START_TAKES_MS;
  if (sinceMs >= untilMs) return 0;
  const { startTime: times } = await schedules.listScheduleMatchingTimes({
    namespace,
    scheduleId,
    startTime: msToTs(sinceMs),
    endTime: msToTs(untilMs),
  });
  const starts = info?.recentActions ?? [];
  const lastStartMs = Math.max(0, ...starts.map(({ scheduleTime }) => optionalTsToMs(scheduleTime) ?? 0));
  // A backfill of the schedule makes many starts, of times that are past. Of what was before them nothing is known.
  const knownSinceMs =
    starts.length < STARTS_KEPT
      ? 0
      : Math.min(...starts.map(({ actualTime }) => optionalTsToMs(actualTime) ?? 0));
  // The first one, not the last: an hourly schedule would otherwise seem punctual again after every hour.
  const firstMissedMs = Math.min(
    nowMs,
    ...times
      .flatMap((time) => optionalTsToMs(time) ?? [])
      .filter((dueMs) => dueMs > Math.max(lastStartMs, knownSinceMs)),
  );
  return nowMs - firstMissedMs;
}
