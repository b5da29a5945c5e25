/** What is read of an event. */
interface SentEvent extends Record<string, unknown> {
  readonly uuid: string;
  readonly event_id: number;
  readonly event_time: string;
  readonly amplitude_id: number;
  readonly session_id: number;
  readonly event_properties: Readonly<Record<string, unknown>>;
  readonly user_properties: Readonly<Record<string, unknown>>;
}

/** The columns of the dimension of event properties, each with its key. */
const propertyColumns = {
  page_url: '[Amplitude] Page URL',
  page_location: '[Amplitude] Page Location',
  page_domain: '[Amplitude] Page Domain',
  page_path: '[Amplitude] Page Path',
  page_title: '[Amplitude] Page Title',
  page_counter: '[Amplitude] Page Counter',
  element_text: '[Amplitude] Element Text',
  page_referrer: 'referrer',
  page_referring_domain: 'referring_domain',
  video_url: 'video_url',
};
const userColumns = [
  'initial_utm_source',
  'initial_utm_medium',
  'initial_utm_campaign',
  'initial_referrer',
  'initial_referring_domain',
  'referrer',
  'referring_domain',
];
const ownColumns = ['event_type', 'device_family', 'os_name', 'ip_address', 'city', 'region', 'country'];

/** The rows of the mart: the fact with all its dimensions. */
export const factQuery = `FROM amplitude.fct_amplitude__events
  JOIN amplitude.dim_amplitude__event_properties USING (event_properties_key)
  JOIN amplitude.dim_amplitude__user_properties USING (user_properties_key)
  JOIN amplitude.dim_amplitude__devices USING (device_key)
  JOIN amplitude.dim_amplitude__locations USING (location_key)
  LEFT JOIN (FROM amplitude.dim_amplitude__sessions SELECT session_key, events AS events_in_session) USING (session_key)`;

/** What the query must find for each event, given as text; a row has more columns than these. */
export function expectedFacts(lines: readonly string[]): ({ uuid: string } & Record<string, unknown>)[] {
  const bySession = new Map<string, SentEvent[]>();
  for (const event of lines.map((line) => JSON.parse(line) as SentEvent)) {
    const key = `${event.amplitude_id} ${event.session_id}`;
    bySession.set(key, [...(bySession.get(key) ?? []), event]);
  }
  return [...bySession.values()].flatMap((events) =>
    events.toSorted(byTime).map((event, index) => ({
      uuid: event.uuid,
      ...valuesOf(event),
      number_in_session: event.session_id >= 0 ? BigInt(index + 1) : null,
      events_in_session: event.session_id >= 0 ? BigInt(events.length) : null,
    })),
  );
}

function valuesOf(event: SentEvent): Record<string, unknown> {
  const { event_properties: properties, user_properties: user } = event;
  return {
    ...Object.fromEntries(ownColumns.map((column) => [column, event[column] ?? null])),
    ...Object.fromEntries(
      Object.entries(propertyColumns).map(([column, key]) => [column, properties[key] ?? null]),
    ),
    ...Object.fromEntries(userColumns.map((column) => [column, user[column] ?? null])),
  };
}

function byTime(a: SentEvent, b: SentEvent): number {
  return compare(a.event_time, b.event_time) || a.event_id - b.event_id || compare(a.uuid, b.uuid);
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
