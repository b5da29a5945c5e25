import type { HourWindow } from '../../core/hour-window.ts';
import { sampleLines, type EventSource } from './events.ts';

/** Bad lines are made from events that no hour serves, so that no served event has the same `uuid`. */
const FIRST_EVENT_NUMBER = 0x4000_0000;

/** The kinds of bad lines: none is one JSON object in valid UTF-8, and none is blank. */
const makers: readonly ((event: string) => Buffer)[] = [
  // Cut short in the middle.
  (event) => Buffer.from(event.slice(0, event.length / 2)),
  (event) => Buffer.from(`[${event}]`),
  () => Buffer.from('42'),
  () => Buffer.from('"a bare string"'),
  // A letter in ISO 8859-1.
  (event) =>
    Buffer.concat([
      Buffer.from(`${event.slice(0, -1)},"note":"M`),
      Buffer.from([0xfc]),
      Buffer.from('ller"}'),
    ]),
  () => Buffer.from([0x00]),
  // A byte order mark: RFC 8259 allows none.
  (event) => Buffer.from(`\uFEFF${event}`),
  () => Buffer.from('upstream connect error or disconnect/reset before headers'),
];

/** The number of kinds of bad lines. This many consecutive ones have each kind once. */
export const BAD_LINE_KINDS = makers.length;

/** The bad line number `index` of an hour, without newline. */
export function badLine(source: EventSource, window: HourWindow, index: number): Buffer {
  const [line = ''] = sampleLines(source, window, { first: FIRST_EVENT_NUMBER + index, count: 1 });
  const event = line.toString();
  const make = makers[index % makers.length];
  return make === undefined ? Buffer.from(event) : make(event);
}
