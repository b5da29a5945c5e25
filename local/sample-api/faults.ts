import { ExportError } from '../../core/errors.ts';
import { parseHourWindow, WindowInvalid, type HourWindow } from '../../core/hour-window.ts';

/**
 * The kinds of faults, in the order in which messages list them. `first-hour` serves the lines of the first hour of the
 * day whichever hour is requested, like a cache that ignores the query.
 */
export const faultKinds = [
  '404',
  '429',
  '429-date',
  '429-bare',
  '504',
  '503',
  '500',
  '400-too-large',
  '400-invalid',
  '401',
  '403',
  'early-close',
  'stall',
  'silence',
  'reset',
  'html',
  'truncated',
  'corrupt-member',
  'bad-crc',
  'changed',
  'bad-lines',
  'repacked',
  'first-hour',
] as const;

/** One of `faultKinds`. */
export type FaultKind = (typeof faultKinds)[number];

/** What a request asks for, as faults name it: an hour of the export, or the events list. */
export type Requested = HourWindow | typeof EVENTS_LIST;

/** How a fault names the events list. */
export const EVENTS_LIST = 'events-list';

/** A fault of one hour, (`*`) of every hour, or of the events list. */
export interface Fault {
  readonly of: Requested | '*';
  readonly kind: FaultKind;
  /** How many requests of each hour, or of the events list, meet it; Infinity by default. */
  readonly times: number;
  /** How long a 429 asks to wait, in seconds: as a number, or (`429-date`) as a date; `429-bare` does not say. */
  readonly retryAfterSeconds: number;
}

/** A text is not a valid fault. */
export class FaultInvalid extends ExportError {
  readonly type = 'FaultInvalid';
}

/** The kinds that are about hours or archives, and that the events list cannot have. */
const ONLY_HOURS: readonly FaultKind[] = [
  '404',
  '400-too-large',
  'corrupt-member',
  'bad-crc',
  'bad-lines',
  'repacked',
  'first-hour',
];

/** The kinds that take a number of seconds to wait. */
const WAITS: readonly FaultKind[] = ['429', '429-date'];

const FAULT_TEXT = /^(\*|[^=*]+)=([a-z0-9-]+)(?::(\d{1,6}))?(?:\*([1-9]\d{0,6}))?$/;

/**
 * Reads `HOUR=KIND[*TIMES]`, such as `2026-01-01T05=429*2`, `2026-01-01T05=429:3` (Retry-After of 3 seconds) or
 * `*=504*1` (once in every hour). `events-list` in the place of the hour makes it a fault of the events list.
 * @throws FaultInvalid
 */
export function parseFault(text: string): Fault {
  const [, ofText = '', kindText, seconds, times] = FAULT_TEXT.exec(text) ?? [];
  const kind = faultKinds.find((name) => name === kindText);
  if (kind === undefined || (seconds !== undefined && !WAITS.includes(kind))) throw invalid(text);
  if (ofText === EVENTS_LIST && ONLY_HOURS.includes(kind)) throw invalid(text);
  return {
    of: ofText === '*' || ofText === EVENTS_LIST ? ofText : parseHour(ofText, text),
    kind,
    times: times === undefined ? Infinity : Number(times),
    retryAfterSeconds: Number(seconds ?? 1),
  };
}

/** The faults that the demo shows on a date such as `2026-01-01`: a 429 and a connection cut short, once each. */
export function demoFaults(date: string): string[] {
  return [`${date}T05=429*1`, `${date}T09=early-close*1`];
}

/**
 * Chooses the fault that a request of an hour, or of the events list, meets: the first listed one that is not used up
 * for it.
 */
export class FaultList {
  readonly #faults: { readonly fault: Fault; readonly met: Map<Requested, number> }[] = [];

  add(fault: Fault): void {
    this.#faults.push({ fault, met: new Map() });
  }

  clear(): void {
    this.#faults.length = 0;
  }

  /** The fault that a request meets. It counts as met. */
  meet(requested: Requested): Fault | undefined {
    for (const { fault, met } of this.#faults) {
      const before = met.get(requested) ?? 0;
      const isIts = fault.of === requested || (fault.of === '*' && requested !== EVENTS_LIST);
      if (isIts && before < fault.times) {
        met.set(requested, before + 1);
        return fault;
      }
    }
    return undefined;
  }
}

function parseHour(hour: string, text: string): HourWindow {
  try {
    return parseHourWindow(hour);
  } catch (error) {
    throw error instanceof WindowInvalid ? invalid(text) : error;
  }
}

function invalid(text: string): FaultInvalid {
  return new FaultInvalid(
    `${JSON.stringify(text)} is not a fault; write HOUR=KIND or HOUR=KIND*TIMES, such as 2026-01-01T05=429*2, with * for every hour, or ${EVENTS_LIST} for the events list; 429:3 asks to wait 3 seconds; the kinds are ${faultKinds.join(', ')}; the events list has no ${ONLY_HOURS.join(', ')}`,
  );
}
