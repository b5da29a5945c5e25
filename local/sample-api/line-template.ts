import { eventColumns, type EventKey } from '../../amplitude/event-schema.ts';
import { writeDecimal, writeHex } from './digits.ts';
import { mix, type Random } from './random.ts';

/** What tells an event from the others that are made from the same template. */
export interface Identity {
  /** The number of the event in its hour. */
  readonly number: number;
  /** 32 bits that no other event of the hour has. */
  readonly bits: number;
  /** The counter of the device, with 7 digits. */
  readonly eventId: number;
  readonly device: {
    readonly number: number;
    /** 32 bits that no other device has. */
    readonly bits: number;
  };
}

/** The times with a fraction of a second for each event, where they have a fraction at all. */
const timeKeys: readonly EventKey[] = [
  'client_event_time',
  'client_upload_time',
  'event_time',
  'processed_time',
  'server_received_time',
  'server_upload_time',
];

/** What stands before each value. */
const columns = eventColumns.map(({ key }, index) => ({
  key,
  before: `${index === 0 ? '{' : ','}${JSON.stringify(key)}:`,
}));

const FRACTION_DIGITS = 6;
const EPOCH_SECOND_DIGITS = 10;
const FIRST_AMPLITUDE_ID = 600_000_000_000;

/** The line of an event as bytes, in which an identity and fractions of seconds are filled in at fixed places. */
export class LineTemplate {
  readonly #bytes: Buffer;
  /** Where digits begin, in bytes. */
  readonly #places: Readonly<Record<'insertId' | 'amplitudeId' | 'deviceId' | 'eventId' | 'uuid', number>>;
  /** Where the milliseconds begin; undefined outside of any session. */
  readonly #sessionMs: number | undefined;
  readonly #userId: number | undefined;
  readonly #fractions: readonly number[];

  /**
   * Takes every value of an event, written as JSON. Those of `$insert_id`, `amplitude_id`, `device_id`, `event_id`,
   * `user_id` and `uuid` have zeros as digits: two groups of 8, 12 digits, two groups of 8, 7 digits, 8 digits, and the
   * groups of a UUID. `session_id` is in milliseconds, and its last 3 digits are filled in.
   */
  constructor(values: Readonly<Record<EventKey, string>>) {
    const starts = new Map<EventKey, number>();
    let start = 0;
    for (const { key, before } of columns) {
      start += before.length;
      starts.set(key, start);
      start += Buffer.byteLength(values[key]);
    }
    this.#bytes = Buffer.from(`${columns.map(({ key, before }) => before + values[key]).join('')}}`);
    const digitsOf = (key: EventKey): number => (starts.get(key) ?? 0) + values[key].search(/\d/);
    this.#places = {
      insertId: digitsOf('$insert_id'),
      amplitudeId: digitsOf('amplitude_id'),
      deviceId: digitsOf('device_id'),
      eventId: digitsOf('event_id'),
      uuid: digitsOf('uuid'),
    };
    this.#sessionMs = values.session_id === '-1' ? undefined : digitsOf('session_id') + EPOCH_SECOND_DIGITS;
    this.#userId = values.user_id === 'null' ? undefined : digitsOf('user_id');
    this.#fractions = timeKeys
      .filter((key) => values[key].includes('.'))
      .map((key) => (starts.get(key) ?? 0) + values[key].indexOf('.') + 1);
  }

  /** The line of the event with this identity. */
  line({ number, bits, eventId, device }: Identity, random: Random): Buffer {
    const line = Buffer.allocUnsafe(this.#bytes.length);
    this.#bytes.copy(line);
    const places = this.#places;
    writeHex(line, places.insertId, random.next(), 8);
    writeHex(line, places.insertId + 9, number, 8);
    writeDecimal(line, places.amplitudeId, FIRST_AMPLITUDE_ID + device.number * 101, 12);
    writeHex(line, places.deviceId, device.bits, 8);
    writeHex(line, places.deviceId + 9, mix(device.bits), 8);
    writeDecimal(line, places.eventId, eventId, 7);
    if (this.#sessionMs !== undefined) writeDecimal(line, this.#sessionMs, device.bits % 1000, 3);
    if (this.#userId !== undefined) writeHex(line, this.#userId, mix(device.bits + 1), 8);
    this.#fillUuid(line, bits, random);
    for (const at of this.#fractions) {
      writeDecimal(line, at, random.below(10 ** FRACTION_DIGITS), FRACTION_DIGITS);
    }
    return line;
  }

  #fillUuid(line: Buffer, bits: number, random: Random): void {
    const at = this.#places.uuid;
    writeHex(line, at, bits, 8);
    const middle = random.next();
    writeHex(line, at + 9, middle, 4);
    writeHex(line, at + 15, middle >>> 16, 3);
    writeHex(line, at + 20, random.next(), 3);
    writeHex(line, at + 30, random.next(), 6);
  }
}
