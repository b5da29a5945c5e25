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

/** A fault of one hour, or (`*`) of every hour. */
export interface Fault {
  readonly hour: HourWindow | '*';
  readonly kind: FaultKind;
  /** How many requests of each hour meet it; Infinity by default. */
  readonly times: number;
  /** How long a 429 asks to wait, in seconds: as a number, or (`429-date`) as a date; `429-bare` does not say. */
  readonly retryAfterSeconds: number;
}

/** A text is not a valid fault. */
export class FaultInvalid extends ExportError {
  readonly type = 'FaultInvalid';
}

/** The kinds that take a number of seconds to wait. */
const WAITS: readonly FaultKind[] = ['429', '429-date'];

const FAULT_TEXT = /^(\*|[^=*]+)=([a-z0-9-]+)(?::(\d{1,6}))?(?:\*([1-9]\d{0,6}))?$/;

/**
 * Reads `HOUR=KIND[*TIMES]`, such as `2026-01-01T05=429*2`, `2026-01-01T05=429:3` (Retry-After of 3 seconds) or
 * `*=504*1` (once in every hour).
 * @throws FaultInvalid
 */
export function parseFault(text: string): Fault {
  const [, hourText = '', kindText, seconds, times] = FAULT_TEXT.exec(text) ?? [];
  const kind = faultKinds.find((name) => name === kindText);
  if (kind === undefined || (seconds !== undefined && !WAITS.includes(kind))) throw invalid(text);
  return {
    hour: hourText === '*' ? '*' : parseHour(hourText, text),
    kind,
    times: times === undefined ? Infinity : Number(times),
    retryAfterSeconds: Number(seconds ?? 1),
  };
}

/** The faults that the demo shows on a date such as `2026-01-01`: a 429 and a connection cut short, once each. */
export function demoFaults(date: string): string[] {
  return [`${date}T05=429*1`, `${date}T09=early-close*1`];
}

/** Chooses the fault that a request of an hour meets: the first listed one that is not used up for this hour. */
export class FaultList {
  readonly #faults: { readonly fault: Fault; readonly met: Map<HourWindow, number> }[] = [];

  add(fault: Fault): void {
    this.#faults.push({ fault, met: new Map() });
  }

  clear(): void {
    this.#faults.length = 0;
  }

  /** The fault that a request of this hour meets. It counts as met. */
  meet(window: HourWindow): Fault | undefined {
    for (const { fault, met } of this.#faults) {
      const before = met.get(window) ?? 0;
      if ((fault.hour === '*' || fault.hour === window) && before < fault.times) {
        met.set(window, before + 1);
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
    `${JSON.stringify(text)} is not a fault; write HOUR=KIND or HOUR=KIND*TIMES, such as 2026-01-01T05=429*2, with * for every hour; 429:3 asks to wait 3 seconds; the kinds are ${faultKinds.join(', ')}`,
  );
}
