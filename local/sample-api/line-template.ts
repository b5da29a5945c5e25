import { eventColumns, type EventKey } from '../../amplitude/event-schema.ts';
import type { Random } from './random.ts';

/** The times with a fraction of a second for each event, where they have a fraction at all. */
const timeKeys: readonly EventKey[] = [
  'client_event_time',
  'client_upload_time',
  'event_time',
  'processed_time',
  'server_received_time',
  'server_upload_time',
];

const FRACTION_DIGITS = 6;
const FIRST_EVENT_ID = 10_000;
const EVENT_IDS = 90_000;

/** The line of an event as bytes, in which an identity and fractions of seconds are filled in at fixed places. */
export class LineTemplate {
  readonly #bytes: Buffer;
  /** Where digits begin, in bytes. */
  readonly #insertId: number;
  readonly #eventId: number;
  readonly #uuid: number;
  readonly #fractions: readonly number[];

  /**
   * Takes every value of an event, written as JSON. Those of `$insert_id`, `event_id` and `uuid` have zeros as digits:
   * two groups of 8, 5 digits, and the groups of a UUID.
   */
  constructor(values: Readonly<Record<EventKey, string>>) {
    const starts = new Map<EventKey, number>();
    let line = '';
    for (const { key } of eventColumns) {
      line += `${line === '' ? '{' : ','}${JSON.stringify(key)}:`;
      starts.set(key, Buffer.byteLength(line));
      line += values[key];
    }
    this.#bytes = Buffer.from(`${line}}`);
    const startOf = (key: EventKey): number => starts.get(key) ?? 0;
    this.#insertId = startOf('$insert_id') + 1;
    this.#eventId = startOf('event_id');
    this.#uuid = startOf('uuid') + 1;
    this.#fractions = timeKeys
      .filter((key) => values[key].includes('.'))
      .map((key) => startOf(key) + values[key].indexOf('.') + 1);
  }

  /** A copy with the identity of event number `index`. `scrambled` is a form of the number that no other number has. */
  fill(index: number, scrambled: number, random: Random): Buffer {
    const line = Buffer.allocUnsafe(this.#bytes.length);
    this.#bytes.copy(line);
    writeHex(line, this.#insertId, random.next(), 8);
    writeHex(line, this.#insertId + 9, index, 8);
    writeDecimal(line, this.#eventId, FIRST_EVENT_ID + (index % EVENT_IDS), 5);
    writeHex(line, this.#uuid, scrambled, 8);
    const middle = random.next();
    writeHex(line, this.#uuid + 9, middle, 4);
    writeHex(line, this.#uuid + 15, middle >>> 16, 3);
    writeHex(line, this.#uuid + 20, random.next(), 3);
    writeHex(line, this.#uuid + 30, random.next(), 6);
    for (const at of this.#fractions) {
      writeDecimal(line, at, random.below(10 ** FRACTION_DIGITS), FRACTION_DIGITS);
    }
    return line;
  }
}

const ZERO = 0x30;
const HEX_DIGITS = Buffer.from('0123456789abcdef');

/** Writes the lowest hex digits of a number. By hand: to make a text for each number would take most of the time. */
function writeHex(line: Buffer, at: number, bits: number, digits: number): void {
  let left = bits;
  for (let index = at + digits - 1; index >= at; index -= 1) {
    line[index] = HEX_DIGITS[left & 0xf] ?? ZERO;
    left >>>= 4;
  }
}

function writeDecimal(line: Buffer, at: number, value: number, digits: number): void {
  let left = value;
  for (let index = at + digits - 1; index >= at; index -= 1) {
    line[index] = ZERO + (left % 10);
    left = Math.floor(left / 10);
  }
}
