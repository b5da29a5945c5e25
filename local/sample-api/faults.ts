import { ExportError } from '../../core/errors.ts';
import { parseHourWindow, WindowInvalid, type HourWindow } from '../../core/hour-window.ts';

/**
 * What can be made to go wrong, in the order in which help lists it. `first-hour` serves the lines of the day's first
 * hour whichever hour is asked for, as a cache does that ignores the query.
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

export type FaultKind = (typeof faultKinds)[number];

/** A fault of one hour, or (`*`) of every hour. */
export interface Fault {
  readonly hour: HourWindow | '*';
  readonly kind: FaultKind;
  /** How many requests of an hour meet it; Infinity when not said. */
  readonly times: number;
  /** How long a 429 asks to wait, in seconds: as a number, or (`429-date`) as a date; `429-bare` does not say. */
  readonly retryAfterSeconds: number;
}

/** The text given as a fault is not one. */
export class FaultInvalid extends ExportError {
  readonly type = 'FaultInvalid';
}

/** The kinds that ask to wait for so many seconds. */
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

/** Says which fault a request of an hour meets: the first listed one that is not used up there. */
export class FaultList {
  readonly #faults: { readonly fault: Fault; readonly met: Map<HourWindow, number> }[] = [];

  add(fault: Fault): void {
    this.#faults.push({ fault, met: new Map() });
  }

  clear(): void {
    this.#faults.length = 0;
  }

  /** The fault for a request of this hour, which counts as met. */
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
