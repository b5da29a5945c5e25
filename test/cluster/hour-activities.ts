import type { HandedBackDetail } from '../../core/worker-leaves.ts';
import type { History } from '../support/histories.ts';

type Event = NonNullable<History['events']>[number];
type Payloads = { readonly payloads?: readonly { readonly data?: Uint8Array | null }[] | null };

/** An activity, as the history of its run has it. Times are in milliseconds since the epoch, by the server's clock. */
export interface ActivityTried {
  readonly type: string;
  /** The hour window; undefined for activities of whole runs. */
  readonly window: string | undefined;
  /** Its last attempt; undefined when no worker has taken it. */
  readonly started: { readonly at: number; readonly attempt: number; readonly worker: string } | undefined;
  /** Undefined while it is in progress. */
  readonly ended: { readonly at: number; readonly how: End } | undefined;
}

/** How an activity ended: `handed back` by a worker that was told to stop. */
export type End = 'ended well' | 'handed back' | 'failed' | 'timed out' | 'was cancelled';

/** The activities of a run, in the order in which they were scheduled. */
export function activitiesOf({ events }: History): ActivityTried[] {
  const all = events ?? [];
  const starts = new Map<string, Event>();
  const ends = new Map<string, Event>();
  for (const event of all) {
    const started = event.activityTaskStartedEventAttributes;
    if (started) starts.set(String(started.scheduledEventId), event);
    const ended = endOf(event);
    if (ended) ends.set(String(ended.scheduledEventId), event);
  }
  return all.flatMap((event) => {
    const { eventId, activityTaskScheduledEventAttributes: scheduled } = event;
    if (!scheduled) return [];
    const [start, end] = [starts.get(String(eventId)), ends.get(String(eventId))];
    const attributes = start?.activityTaskStartedEventAttributes;
    const { window } = firstOf<{ window?: string }>(scheduled.input);
    return {
      type: scheduled.activityType?.name ?? '',
      window,
      started: start && {
        at: msOf(start),
        attempt: attributes?.attempt ?? 1,
        worker: attributes?.identity ?? '',
      },
      ended: end && { at: msOf(end), how: howEnded(end) },
    };
  });
}

function endOf(event: Event): { readonly scheduledEventId?: unknown } | null | undefined {
  return (
    event.activityTaskCompletedEventAttributes ??
    event.activityTaskFailedEventAttributes ??
    event.activityTaskTimedOutEventAttributes ??
    event.activityTaskCanceledEventAttributes
  );
}

function howEnded(end: Event): End {
  if (end.activityTaskCompletedEventAttributes) return 'ended well';
  if (end.activityTaskTimedOutEventAttributes) return 'timed out';
  if (end.activityTaskCanceledEventAttributes) return 'was cancelled';
  const { failure } = end.activityTaskFailedEventAttributes ?? {};
  const { handedBack } = firstOf<Partial<HandedBackDetail>>(failure?.applicationFailureInfo?.details);
  return handedBack === true ? 'handed back' : 'failed';
}

/** The first of some values, which is an object or nothing. */
function firstOf<T>(values: Payloads | null | undefined): Partial<T> {
  const text = Buffer.from(values?.payloads?.[0]?.data ?? []).toString();
  return text === '' ? {} : ((JSON.parse(text) ?? {}) as Partial<T>);
}

function msOf({ eventTime }: Event): number {
  return Number(eventTime?.seconds ?? 0) * 1000 + (eventTime?.nanos ?? 0) / 1e6;
}
