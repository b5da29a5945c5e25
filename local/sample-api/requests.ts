import type { IncomingMessage } from 'node:http';
import { parseHourWindow, type HourWindow } from '../../core/hour-window.ts';
import { hourCount, type Interval } from '../../core/interval.ts';
import { refusals, refuse, type Refusal } from './refusals.ts';

/** The paths of the API. */
export const paths = { export: '/api/2/export', eventsList: '/api/2/events/list' } as const;

const MAX_DAYS = 365;

/** The hours as a request spells them; empty when it names none. */
export interface RequestedRange {
  readonly start: string;
  readonly end: string;
}

/** The range that a request asks for, allowed or not. */
export function requestedRange(request: IncomingMessage): RequestedRange {
  const { query } = target(request);
  return { start: query.get('start') ?? '', end: query.get('end') ?? '' };
}

/** Whether a request is one of the events list, allowed or not. */
export function asksForEventsList(request: IncomingMessage): boolean {
  return target(request).path === paths.eventsList;
}

/**
 * The answer to a request that is not a permitted `GET` of one of the paths; undefined for a permitted one. It is never
 * a 404, which would mean an empty hour.
 */
export function refuseRequest(
  request: IncomingMessage,
  keys: { readonly apiKey: string; readonly secretKey: string },
): Refusal | undefined {
  const known: readonly string[] = Object.values(paths);
  if (!known.includes(target(request).path))
    return refusals.invalid(`the paths here are ${known.join(' and ')}`);
  if (request.method !== 'GET') return refuse(405, 'Only GET is allowed.', { Allow: 'GET' });
  const [, sent] = /^Basic +(\S+)$/i.exec(request.headers.authorization ?? '') ?? [];
  if (sent === undefined) return refusals.noCredentials();
  const expected = `${keys.apiKey}:${keys.secretKey}`;
  return Buffer.from(sent, 'base64').toString('utf8') === expected ? undefined : refusals.wrongCredentials();
}

/**
 * Reads a range of hours written `YYYYMMDDTHH`, both ends included. An invalid range gives the answer that refuses it.
 * Source: Amplitude Export API documentation: query parameters; at most 365 days.
 */
export function readRange(range: RequestedRange): Interval | Refusal {
  const start = readHour(range.start);
  const end = readHour(range.end);
  if (start === undefined || end === undefined) {
    return refusals.invalid(
      'start and end must each be an hour in the form YYYYMMDDTHH, such as 20260101T05',
    );
  }
  if (end < start) return refusals.invalid('start must not be after end');
  if (hourCount({ start, end }) > MAX_DAYS * 24) {
    return refusals.invalid(`the time range is over ${MAX_DAYS} days`);
  }
  return { start, end };
}

function readHour(text: string): HourWindow | undefined {
  const [, year, month, rest] = /^(\d{4})(\d{2})(\d{2}T\d{2})$/.exec(text) ?? [];
  try {
    return parseHourWindow(`${year}-${month}-${rest}`);
  } catch {
    return undefined;
  }
}

/** Split by hand: `URL` throws on some of what a client may send. */
function target(request: IncomingMessage): { path: string; query: URLSearchParams } {
  const [path = '', query = ''] = (request.url ?? '').split('?', 2);
  return { path, query: new URLSearchParams(query) };
}
