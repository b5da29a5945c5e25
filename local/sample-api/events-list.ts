import { addedEventType, eventTypes, otherEventTypes, type EventType } from './catalogue/event-types.ts';
import { hashText } from './random.ts';

/**
 * The list of event types as JSON, with one more after a change: all types of the sample events, a hidden and a deleted
 * one. Source: Amplitude Dashboard REST API documentation, and the keys that connectors found in answers.
 */
export function eventsListJson({ changed }: { readonly changed: boolean }): string {
  const types = [...Object.values(eventTypes), ...otherEventTypes, ...(changed ? [addedEventType] : [])];
  return JSON.stringify({ data: types.map(listed) });
}

function listed({ id, name, display, inactive, hidden, deleted }: EventType): object {
  const hash = hashText(name);
  return {
    id,
    name,
    value: name,
    display,
    // Events of this week, and the change since the week before in percent: numbers that mean nothing.
    totals: deleted ? 0 : hash % 1_000_000,
    totals_delta: deleted ? 0 : ((hash % 2000) - 1000) / 10,
    hidden: hidden ?? false,
    deleted: deleted ?? false,
    autohidden: false,
    non_active: inactive ?? false,
    flow_hidden: hidden ?? false,
    in_waitroom: false,
    clusters_hidden: false,
    timeline_hidden: hidden ?? false,
  };
}
