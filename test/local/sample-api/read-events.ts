import type { HourWindow } from '../../../core/hour-window.ts';
import { sampleLines, type EventRange, type EventSource } from '../../../local/sample-api/events.ts';

/** The keys that tests look at. */
export interface SampleEvent {
  readonly app: number;
  readonly client_event_time: string;
  readonly city: string | null;
  readonly country: string | null;
  readonly device_id: string;
  readonly device_model: string | null;
  readonly event_id: number;
  readonly event_properties: Readonly<Record<string, unknown>>;
  readonly event_time: string;
  readonly event_type: string;
  readonly ip_address: string;
  readonly library: string;
  readonly paying: unknown;
  readonly session_id: number;
  readonly user_id: string | null;
  readonly user_properties: Readonly<Record<string, unknown>>;
  readonly uuid: string;
}

/** Events of an hour, parsed. */
export function readEvents(source: EventSource, window: HourWindow, range: EventRange): SampleEvent[] {
  return Array.from(sampleLines(source, window, range), (line) => JSON.parse(line.toString()) as SampleEvent);
}

/** Values by a key, each list in the order of the values. */
export function groupBy<T>(values: readonly T[], keyOf: (value: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const value of values) {
    const group = groups.get(keyOf(value));
    if (group === undefined) groups.set(keyOf(value), [value]);
    else group.push(value);
  }
  return groups;
}
