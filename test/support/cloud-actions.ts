import type { History } from './histories.ts';

/** What Temporal Cloud bills of a history, by kind. Source: docs.temporal.io/evaluate/cloud/actions. */
export interface CloudActions {
  /** Starts that are not those of a child: of a client 1, of a schedule 3. */
  starts: number;
  /** Starts of children, as their parent's history has them: 2 each. */
  children: number;
  activities: number;
  retries: number;
  timers: number;
  signals: number;
  updates: number;
  searchAttributes: number;
  markers: number;
}

type Event = NonNullable<History['events']>[number];

/** Counts the actions of histories. Heartbeats and queries are in no history. */
export function cloudActions(histories: readonly History[]): CloudActions {
  const actions: CloudActions = {
    starts: 0,
    children: 0,
    activities: 0,
    retries: 0,
    timers: 0,
    signals: 0,
    updates: 0,
    searchAttributes: 0,
    markers: 0,
  };
  for (const event of histories.flatMap(({ events }) => events ?? [])) {
    actions.starts += startsOf(event);
    if (event.startChildWorkflowExecutionInitiatedEventAttributes) actions.children += 2;
    if (event.activityTaskScheduledEventAttributes) actions.activities += 1;
    actions.retries += (event.activityTaskStartedEventAttributes?.attempt ?? 1) - 1;
    if (event.timerStartedEventAttributes) actions.timers += 1;
    if (event.workflowExecutionSignaledEventAttributes) actions.signals += 1;
    if (event.workflowExecutionUpdateAcceptedEventAttributes) actions.updates += 1;
    if (event.upsertWorkflowSearchAttributesEventAttributes) actions.searchAttributes += 1;
    if (event.markerRecordedEventAttributes) actions.markers += 1;
  }
  return actions;
}

/** All kinds together. */
export function totalOf(actions: CloudActions): number {
  return Object.values(actions).reduce((sum: number, count: number) => sum + count, 0);
}

function startsOf({ workflowExecutionStartedEventAttributes: started }: Event): number {
  if (!started || started.parentWorkflowExecution) return 0;
  return started.searchAttributes?.indexedFields?.['TemporalScheduledById'] === undefined ? 1 : 3;
}
