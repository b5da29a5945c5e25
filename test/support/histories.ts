import type { FailedHour } from '../../workflows/failures.ts';
import type { Pipeline } from './pipeline.ts';

/** The events of one run. */
export type History = Awaited<
  ReturnType<ReturnType<Pipeline['client']['workflow']['getHandle']>['fetchHistory']>
>;

type Event = NonNullable<History['events']>[number];
type Failure = NonNullable<NonNullable<Event['activityTaskFailedEventAttributes']>['failure']>;

/** The histories of every run on a pipeline's task queue. */
export async function historiesOf({ client, taskQueue }: Pipeline): Promise<History[]> {
  const histories: History[] = [];
  for await (const { workflowId, runId } of client.workflow.list({ query: `TaskQueue="${taskQueue}"` }))
    histories.push(await client.workflow.getHandle(workflowId, runId).fetchHistory());
  return histories;
}

/** The failures of the activities whose summary, as the Web UI shows it, contains this text. */
export function activityFailures({ events }: History, summary: string): Failure[] {
  const scheduled = new Set(
    (events ?? []).flatMap(({ eventId, userMetadata }) =>
      asText(userMetadata?.summary ?? {}).includes(summary) ? String(eventId) : [],
    ),
  );
  return (events ?? []).flatMap(({ activityTaskFailedEventAttributes: failed }) =>
    failed?.failure && scheduled.has(String(failed.scheduledEventId)) ? failed.failure : [],
  );
}

/** A message that arrives while a task is in progress: the server repeats the task. Source: temporal.api.enums.v1. */
const UNHANDLED_COMMAND = 1;

/** Why workflow tasks of a run failed, as by a nondeterminism error. */
export function failedTasks({ events }: History): string[] {
  return (events ?? []).flatMap(({ workflowTaskFailedEventAttributes: failed }) =>
    failed && Number(failed.cause) !== UNHANDLED_COMMAND
      ? (failed.failure?.message ?? `cause ${failed.cause}`)
      : [],
  );
}

/** The failed hours in the details of the failure that ended a run. */
export function failedHours({ events }: History): readonly FailedHour[] {
  const { failure } = events?.at(-1)?.workflowExecutionFailedEventAttributes ?? {};
  const [payload] = failure?.applicationFailureInfo?.details?.payloads ?? [];
  const { failed } = JSON.parse(Buffer.from(payload?.data ?? []).toString()) as { failed: FailedHour[] };
  return failed;
}

/**
 * An answer of Temporal as text: all its strings, and the bytes of all payloads. JSON would not do: it has payloads in
 * base64, where a search does not find a word.
 */
export function asText(answer: unknown): string {
  if (answer instanceof Uint8Array) return Buffer.from(answer).toString();
  if (typeof answer === 'string') return answer;
  if (typeof answer !== 'object' || answer === null) return '';
  return Object.values(answer)
    .map((part) => asText(part))
    .filter((text) => text !== '')
    .join('\n');
}
