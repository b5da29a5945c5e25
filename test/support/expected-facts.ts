import type { HourWindow } from '../../core/hour-window.ts';
import type { LandedHour } from './land-lines.ts';

/** An event of the silver layer with all of its dimensions, by plain means: numbers as text, as SQL's VARCHAR has them. */
export type ExpectedFact = Readonly<Record<string, string | null>>;

/** An event, as far as the silver layer reads it. */
interface Event {
  readonly [key: string]: unknown;
  readonly uuid: string;
  readonly event_type: string;
  readonly event_time: string;
  readonly event_id: number;
  readonly amplitude_id: number;
  readonly session_id: number;
  readonly event_properties: Readonly<Record<string, unknown>>;
  readonly user_properties: Readonly<Record<string, unknown>>;
}

const eventProperties: Readonly<Record<string, string>> = {
  page_url: '[Amplitude] Page URL',
  page_location: '[Amplitude] Page Location',
  page_domain: '[Amplitude] Page Domain',
  page_path: '[Amplitude] Page Path',
  page_title: '[Amplitude] Page Title',
  page_counter: '[Amplitude] Page Counter',
  referrer: 'referrer',
  referring_domain: 'referring_domain',
  element_text: '[Amplitude] Element Text',
  video_url: 'video_url',
};

const userProperties = [
  'initial_utm_source',
  'initial_utm_medium',
  'initial_utm_campaign',
  'initial_referrer',
  'initial_referring_domain',
  'referrer',
  'referring_domain',
];

const columns = [
  'event_type',
  'user_id',
  'device_id',
  'device_brand',
  'device_manufacturer',
  'device_model',
  'device_carrier',
  'platform',
  'device_family',
  'device_type',
  'os_name',
  'os_version',
  'ip_address',
  'city',
  'region',
  'country',
];

/** The events of these hours by uuid. Where two hours have the same event, the one that was fetched last counts. */
export function expectedFacts(
  hours: ReadonlyMap<HourWindow, LandedHour>,
  eventsList: ReadonlyMap<string, number>,
): Map<string, ExpectedFact> {
  const newest = new Map<string, { event: Event; window: HourWindow }>();
  const inOrder = [...hours].toSorted(([, one], [, other]) => one.minute - other.minute);
  for (const [window, { lines }] of inOrder) {
    for (const line of lines) {
      const event = JSON.parse(line) as Event | { uuid: null };
      if (event.uuid !== null) newest.set(event.uuid, { event, window });
    }
  }
  const places = placesInSession([...newest.values()].map(({ event }) => event));
  return new Map(
    [...newest].map(([uuid, { event, window }]) => [
      uuid,
      {
        hour_window: window,
        events_list_id: textOf(eventsList.get(event.event_type)),
        event_time: padded(event.event_time),
        session_key: sessionOf(event) ?? null,
        order_in_session: textOf(places.get(uuid)),
        ...Object.fromEntries(columns.map((name) => [name, textOf(event[name])])),
        ...Object.fromEntries(
          Object.entries(eventProperties).map(([name, key]) => [name, textOf(event.event_properties[key])]),
        ),
        ...Object.fromEntries(
          userProperties.map((key) => [`user_${key}`, textOf(event.user_properties[key])]),
        ),
      },
    ]),
  );
}

/** A session of the silver layer. */
export interface ExpectedSession {
  readonly session_key: string;
  /** Its user and its start in milliseconds; null when that is no time that fits. */
  readonly ids: string | null;
  readonly events: bigint;
  readonly first: string;
  readonly last: string;
}

/** The sessions of these events, in the order of their keys. */
export function expectedSessions(facts: ReadonlyMap<string, ExpectedFact>): ExpectedSession[] {
  const times = new Map<string, string[]>();
  for (const { session_key: key, event_time: time } of facts.values())
    if (typeof key === 'string') times.set(key, [...(times.get(key) ?? []), String(time)]);
  return [...times]
    .toSorted(([one], [other]) => compare(one, other))
    .map(([key, found]) => {
      const inOrder = found.toSorted(compare);
      const first = inOrder[0] ?? '';
      const last = inOrder.at(-1) ?? '';
      const ids = Number(key.split('/')[1]) < 9e15 ? key : null;
      return { session_key: key, ids, events: BigInt(found.length), first, last };
    });
}

function placesInSession(events: readonly Event[]): Map<string, number> {
  const sessions = new Map<string, Event[]>();
  for (const event of events) {
    const session = sessionOf(event);
    if (session !== undefined) sessions.set(session, [...(sessions.get(session) ?? []), event]);
  }
  const places = new Map<string, number>();
  for (const members of sessions.values()) {
    const inOrder = members.toSorted(
      (one, other) =>
        compare(padded(one.event_time), padded(other.event_time)) ||
        one.event_id - other.event_id ||
        compare(one.uuid, other.uuid),
    );
    for (const [index, { uuid }] of inOrder.entries()) places.set(uuid, index + 1);
  }
  return places;
}

function sessionOf({ amplitude_id: user, session_id: session }: Event): string | undefined {
  return session < 0 ? undefined : `${user}/${session}`;
}

/** A time with six digits of a fraction: such times compare as text. */
function padded(time: string): string {
  const [seconds = '', fraction = ''] = time.split('.');
  return `${seconds}.${fraction.padEnd(6, '0')}`;
}

function compare(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}

/** Strings and numbers; no other value is in a column of the silver layer. */
function textOf(value: unknown): string | null {
  if (value === undefined || value === null) return null;
  return typeof value === 'string' ? value : JSON.stringify(value);
}
