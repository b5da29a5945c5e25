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

/** How the activities ended that failed and whose summary, which the Web UI shows, is this text. */
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

/** The failed hours that the failure which ended a run has as its details. */
export function failedHours({ events }: History): readonly FailedHour[] {
  const { failure } = events?.at(-1)?.workflowExecutionFailedEventAttributes ?? {};
  const [payload] = failure?.applicationFailureInfo?.details?.payloads ?? [];
  const { failed } = JSON.parse(Buffer.from(payload?.data ?? []).toString()) as { failed: FailedHour[] };
  return failed;
}

/**
 * What Temporal answers as text: every string in it, and the bytes of every payload. JSON would not do: messages turn
 * themselves into base64 there, in which a word hides from a search.
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
