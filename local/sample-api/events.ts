import type { EventKey } from '../../amplitude/event-schema.ts';
import { HOUR_MS, hourStartMs, hourWindowAt, type HourWindow } from '../../core/hour-window.ts';
import { devices, eventTypes, numbers, places, texts } from './event-values.ts';
import { LineTemplate } from './line-template.ts';
import { hashText, mix, Random } from './random.ts';

/** What determines every event: the same seed and project give the same events in every hour. */
export interface EventSource {
  readonly seed: string;
  /** A whole number, as Amplitude's project ids are. */
  readonly projectId: number;
}

/** Consecutive events of an hour: the number of the first one, and how many. */
export interface EventRange {
  readonly first: number;
  readonly count: number;
}

/**
 * The number of different events of an hour. Later ones repeat them, each with an identity and fractions of seconds of
 * its own: to make every line anew would take fifteen times as long. They are so far apart that no gzip window, 32 KiB, sees
 * a repetition.
 */
const DIFFERENT_EVENTS = 512;

const LATEST_HOURS = 72;
const HOUR_SECONDS = 3600;

/**
 * `mm:ss` for every second of an hour, as a table: formatting seven times for each event would take most of the time.
 */
const minuteAndSecond = Array.from({ length: HOUR_SECONDS }, (_, second) =>
  new Date(second * 1000).toISOString().slice(14, 19),
);

/**
 * The event lines of an hour, each a JSON object with every key in `eventColumns`, as UTF-8 without newline. An event
 * depends only on seed, project, window and its number, not on how many are requested. `server_upload_time` is inside
 * the window; some events happened up to three days before.
 */
export function* sampleLines(source: EventSource, window: HourWindow, range: EventRange): Generator<Buffer> {
  const hour = new EventHour(source, window);
  for (let index = range.first; index < range.first + range.count; index += 1) yield hour.line(index);
}

class EventHour {
  readonly #source: EventSource;
  readonly #base: number;
  readonly #startMs: number;
  readonly #hourDigits: string;
  /** `2026-01-01 05:` for the hours from three days before the window to the one after it. */
  readonly #datesAndHours: readonly string[];
  readonly #templates: LineTemplate[] = [];

  constructor(source: EventSource, window: HourWindow) {
    this.#source = source;
    this.#base = hashText(`${source.seed} events of ${source.projectId} in ${window}`);
    this.#startMs = hourStartMs(window);
    const hourNumber = (this.#startMs / HOUR_MS) ^ (hashText(source.seed) & 0xffffff);
    this.#hourDigits = (hourNumber & 0xffffff).toString(16).padStart(6, '0');
    this.#datesAndHours = Array.from({ length: LATEST_HOURS + 3 }, (_, index) => {
      const ms = this.#startMs + (index - LATEST_HOURS - 1) * HOUR_MS;
      return `${hourWindowAt(ms).replace('T', ' ')}:`;
    });
  }

  /** The line of one event. The `uuid` is unique: it holds the hour, and a scrambled form of the event's number. */
  line(index: number): Buffer {
    const different = index % DIFFERENT_EVENTS;
    this.#templates[different] ??= new LineTemplate(this.#valuesOf(different));
    return this.#templates[different].fill(index, mix(index ^ this.#base), this.#randomOf(~index));
  }

  #randomOf(index: number): Random {
    return new Random(mix(this.#base ^ Math.imul(index, 0x85157af5)));
  }

  /** Every value of one event, written as JSON; its identity is still to be filled in. */
  #valuesOf(index: number): Record<EventKey, string> {
    const random = this.#randomOf(index);
    const user = random.below(5000);
    const device = devices[user % devices.length] ?? devices[0];
    const place = places[(user >> 3) % places.length] ?? places[0];
    const upload = random.below(HOUR_SECONDS);
    const late = random.below(5) === 0 ? random.below((LATEST_HOURS - 1) * HOUR_SECONDS) : random.below(90);
    const happened = upload - late;
    const skew = random.below(30);
    const deviceId = `"${hex(mix(user))}-${hex(mix(user + 7919))}R"`;
    const type = random.pick(eventTypes);
    return {
      $insert_id: '"00000000-00000000"',
      $insert_key: 'null',
      $schema: random.below(4) === 0 ? 'null' : '13',
      adid: 'null',
      amplitude_attribution_ids: attributionIds(random),
      amplitude_event_type: type === '"$identify"' ? type : 'null',
      amplitude_id: `${600_000_000_000 + user * 104_729}`,
      app: `${this.#source.projectId}`,
      city: place.city,
      client_event_time: this.#time(random, happened - skew),
      client_upload_time: this.#time(random, upload - skew),
      country: place.country,
      data: `{"group_first_event":{},"first_event":false,"trace":{"span":${bigInteger(random)}}}`,
      data_type: '"event"',
      device_brand: device.brand,
      device_carrier: device.carrier,
      device_family: device.family,
      device_id: deviceId,
      device_manufacturer: device.brand,
      device_model: device.model,
      device_type: device.type,
      dma: place.dma,
      event_id: '00000',
      event_properties: eventProperties(random),
      event_time: this.#time(random, happened),
      event_type: type,
      global_user_properties: random.below(3) === 0 ? 'null' : '{}',
      group_properties: '{"company":{"Acme \\u0026 Söhne":{"seats":1e3}}}',
      groups: `{"company":["Acme \\u0026 Söhne"],"team":[${random.pick(texts)}]}`,
      idfa: 'null',
      ip_address: `"203.0.113.${random.below(256)}"`,
      is_attribution_event: random.below(50) === 0 ? 'true' : 'false',
      language: place.language,
      library: device.library,
      location_lat: place.lat,
      location_lng: place.lng,
      os_name: device.os,
      os_version: device.osVersion,
      partner_id: 'null',
      paying: ['"(none)"', 'true', 'null'][user % 3] ?? 'null',
      plan:
        random.below(4) === 0 ? '{"branch":"main","source":"web","version":"1.0","versionId":null}' : '{}',
      platform: device.platform,
      processed_time: this.#time(random, upload + 5 + random.below(200)),
      region: place.region,
      sample_rate: 'null',
      server_received_time: this.#time(random, upload - random.below(3)),
      server_upload_time: this.#time(random, upload),
      session_id:
        random.below(10) === 0 ? '-1' : `${this.#startMs + happened * 1000 - random.below(600_000)}`,
      source_id: 'null',
      start_version: '"4.11.0"',
      user_creation_time: `"2024-0${1 + (user % 9)}-1${user % 10} 08:${10 + (user % 50)}:07.33${user % 10}000"`,
      user_id: user % 4 === 0 ? 'null' : `"user-${user}@example.com"`,
      user_properties: `{"cohort":"c${user % 12}","score":${numbers[user % numbers.length] ?? '1.0'},"crm_id":${bigInteger(random)},"history":{"orders":[${bigInteger(random)},1.0]}}`,
      uuid: `"00000000-0000-4000-a000-${this.#hourDigits}000000"`,
      version_name: user % 3 === 0 ? 'null' : '"4.18.3"',
    };
  }

  /** A time `second` seconds after the window's start; before it when negative. One in eight has no fraction. */
  #time(random: Random, second: number): string {
    const hours = Math.floor(second / HOUR_SECONDS);
    const digits = random.next();
    const fraction = digits % 8 === 0 ? '' : `.${String((digits >>> 3) % 1_000_000).padStart(6, '0')}`;
    const dateAndHour = this.#datesAndHours[hours + LATEST_HOURS + 1] ?? '';
    return `"${dateAndHour}${minuteAndSecond[second - hours * HOUR_SECONDS] ?? ''}${fraction}"`;
  }
}

function eventProperties(random: Random): string {
  return `{"order_id":${bigInteger(random)},"amount":${random.pick(numbers)},"quantity":${1 + random.below(9)},"title":${random.pick(texts)},"items":[{"sku":"S-${random.below(900)}","price":0.10,"gift":null,"serial":${bigInteger(random)}}],"page":{"path":"/shop/${random.below(400)}"},"flags":[true,false,null]}`;
}

function attributionIds(random: Random): string {
  const kind = random.below(12);
  if (kind === 0) return `"${hex(random.next())}"`;
  return kind === 1 ? `["${hex(random.next())}","${hex(random.next())}"]` : 'null';
}

/** An odd integer of 18 digits. It fits 64 bits, but is over 2^53, where a JavaScript number cannot hold an odd one. */
function bigInteger(random: Random): string {
  return `${100_000_000 + random.below(900_000_000)}${10_000_000 + random.below(90_000_000)}${random.below(5) * 2 + 1}`;
}

function hex(bits: number): string {
  return bits.toString(16).padStart(8, '0');
}
