/**
 * The kind of value of a top-level key of an event. A key of any kind may be null or missing.
 * - `integer` fits 64 bits, but not always the 53 bits of a JavaScript number;
 * - `time` is text such as `2026-01-01 05:00:00.123456`, in UTC: a space, no time zone, sometimes no fraction, although
 *   the documentation calls it ISO-8601;
 * - `mixed` is a key with more than one kind, in the documentation or in real data: only its JSON text is safe to keep.
 */
export type EventValueKind = 'string' | 'integer' | 'number' | 'boolean' | 'time' | 'object' | 'mixed';

/**
 * The top-level keys of an event, in alphabetical order, each with its kind. Events may hold keys that are not listed.
 * Source: the response schema of Amplitude's Export API documentation, and keys that other connectors found in data.
 */
export const eventColumns = [
  /** Amplitude uses it to deduplicate at ingestion; exports do not have it. */
  { key: '$insert_id', kind: 'string' },
  { key: '$insert_key', kind: 'string' },
  /** A version number. */
  { key: '$schema', kind: 'integer' },
  { key: 'adid', kind: 'string' },
  /** A string on one page of the documentation, an array on another. */
  { key: 'amplitude_attribution_ids', kind: 'mixed' },
  { key: 'amplitude_event_type', kind: 'string' },
  { key: 'amplitude_id', kind: 'integer' },
  /** The project's id. */
  { key: 'app', kind: 'integer' },
  { key: 'city', kind: 'string' },
  { key: 'client_event_time', kind: 'time' },
  { key: 'client_upload_time', kind: 'time' },
  { key: 'country', kind: 'string' },
  { key: 'data', kind: 'object' },
  { key: 'data_type', kind: 'string' },
  { key: 'device_brand', kind: 'string' },
  { key: 'device_carrier', kind: 'string' },
  { key: 'device_family', kind: 'string' },
  { key: 'device_id', kind: 'string' },
  { key: 'device_manufacturer', kind: 'string' },
  { key: 'device_model', kind: 'string' },
  { key: 'device_type', kind: 'string' },
  { key: 'dma', kind: 'string' },
  /** A counter of the device: it is not unique. */
  { key: 'event_id', kind: 'integer' },
  { key: 'event_properties', kind: 'object' },
  /** When the event happened, perhaps hours before it arrived. */
  { key: 'event_time', kind: 'time' },
  { key: 'event_type', kind: 'string' },
  { key: 'global_user_properties', kind: 'object' },
  { key: 'group_properties', kind: 'object' },
  { key: 'groups', kind: 'object' },
  { key: 'idfa', kind: 'string' },
  { key: 'ip_address', kind: 'string' },
  { key: 'is_attribution_event', kind: 'boolean' },
  { key: 'language', kind: 'string' },
  { key: 'library', kind: 'string' },
  { key: 'location_lat', kind: 'number' },
  { key: 'location_lng', kind: 'number' },
  { key: 'os_name', kind: 'string' },
  { key: 'os_version', kind: 'string' },
  { key: 'partner_id', kind: 'string' },
  /** Documented as a boolean; data also has the text `(none)`. */
  { key: 'paying', kind: 'mixed' },
  { key: 'plan', kind: 'object' },
  { key: 'platform', kind: 'string' },
  { key: 'processed_time', kind: 'time' },
  { key: 'region', kind: 'string' },
  { key: 'sample_rate', kind: 'number' },
  { key: 'server_received_time', kind: 'time' },
  /** When the event arrived: the hour windows of the Export API use this time. */
  { key: 'server_upload_time', kind: 'time' },
  /** -1 outside any session. */
  { key: 'session_id', kind: 'integer' },
  { key: 'source_id', kind: 'string' },
  { key: 'start_version', kind: 'string' },
  { key: 'user_creation_time', kind: 'time' },
  { key: 'user_id', kind: 'string' },
  { key: 'user_properties', kind: 'object' },
  /** Unique for each row: the key to deduplicate on. */
  { key: 'uuid', kind: 'string' },
  { key: 'version_name', kind: 'string' },
] as const satisfies readonly { readonly key: string; readonly kind: EventValueKind }[];

/** The name of a top-level key. */
export type EventKey = (typeof eventColumns)[number]['key'];
