import { quote } from '../../core/quote.ts';
import type { Redact } from '../../core/redact.ts';
import { EventsListInvalid } from '../errors.ts';
import { FIELD_NUMBERS, LineScanner } from '../line-scanner.ts';
import { beginningOf } from '../text-answer.ts';
import { cutElements, onOneLine } from './cut-elements.ts';

const OPEN_ARRAY = 0x5b;

/** The events list as plain NDJSON: one event type on each line. `digest` is that of its lines, as an hour has one. */
export interface EventsListLines {
  readonly lines: Buffer;
  readonly events: number;
  readonly digest: string;
}

/**
 * Cuts an answer, `{"data": [{...}, ...]}`, into lines. Each has the bytes that Amplitude sent for the element, but
 * spaces in the place of line breaks. `redact` takes the secrets out of the beginning of the answer, which messages
 * quote.
 * @throws EventsListInvalid when the answer has another form, is not valid JSON, or is not valid UTF-8
 */
export function parseEventsList(answer: Uint8Array, redact: Redact): EventsListLines {
  const line = onOneLine(answer);
  try {
    const { lines, elements } = cutElements(dataOf(line));
    return { lines, events: elements, digest: digestOf(lines) };
  } catch (error) {
    if (!(error instanceof EventsListInvalid)) throw error;
    throw new EventsListInvalid(
      `the answer with status 200 is no events list: ${error.message}${quote(beginningOf(line, redact))}`,
      { httpStatus: 200 },
    );
  }
}

/** A copy of the value of the key `data`, the last one if there are several. @throws EventsListInvalid */
function dataOf(line: Buffer): Buffer {
  const scanner = new LineScanner({ maxLineBytes: line.length, wanted: ['event', 'blank', 'rejected'] });
  try {
    scanner.push(line);
    scanner.end();
    const found = scanner.next();
    if (found !== 'event')
      throw new EventsListInvalid(found === 'rejected' ? scanner.reason : 'it has no text');
    const data = lastValueOf('data', scanner);
    // JSON on one line has one line.
    if (scanner.next() !== undefined) throw new EventsListInvalid('invalid JSON');
    if (data === undefined) throw new EventsListInvalid('it has no key "data"');
    if (data[0] !== OPEN_ARRAY) throw new EventsListInvalid('"data" is not an array');
    return data;
  } finally {
    scanner.close();
  }
}

function lastValueOf(name: string, scanner: LineScanner): Buffer | undefined {
  const { memory } = scanner;
  let value: Buffer | undefined;
  for (const table of scanner.fieldTables()) {
    for (let index = 0; index < table.length; index += FIELD_NUMBERS) {
      const [key, keyEnd, start, end] = table.subarray(index, index + FIELD_NUMBERS);
      const text = memory.toString('utf8', key, keyEnd);
      if (JSON.parse(`"${text}"`) === name) value = Buffer.from(memory.subarray(start, end));
    }
  }
  return value;
}

function digestOf(lines: Buffer): string {
  const scanner = new LineScanner({ maxLineBytes: lines.length });
  try {
    scanner.push(lines);
    scanner.passAll();
    return scanner.tally.digest.toString();
  } finally {
    scanner.close();
  }
}
