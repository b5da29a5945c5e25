import type { Fault, FaultKind } from './faults.ts';

/** An answer without the data that was asked for. */
export interface Refusal {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Builds an answer of plain text. */
export function refuse(status: number, body: string, headers: Record<string, string> = {}): Refusal {
  return { status, headers: { 'Content-Type': 'text/plain; charset=utf-8', ...headers }, body: `${body}\n` };
}

/**
 * The documented answers, except the data. The two kinds of 400 differ only in their text. Source: Amplitude Export
 * API documentation, status codes and considerations.
 */
export const refusals = {
  noCredentials: () =>
    refuse(401, 'Authentication required: send the API key and the secret key.', {
      'WWW-Authenticate': 'Basic realm="sample API"',
    }),
  wrongCredentials: () => refuse(403, 'The API key or the secret key is not that of a project here.'),
  noData: () => refuse(404, 'No data was found for the requested hours.'),
  invalid: (problem: string) => refuse(400, `Invalid request: ${problem}.`),
  tooLarge: () =>
    refuse(400, 'The requested data is too large: an export holds at most 4GB. Choose fewer hours.'),
  limited: (retryAfter?: string) =>
    refuse(
      429,
      'Too many requests at once: wait before the next one.',
      retryAfter === undefined ? {} : { 'Retry-After': retryAfter },
    ),
};

/** The answer that a fault gives instead of the data; undefined for kinds without one. */
export function refusalFor(fault: Fault): Refusal | undefined {
  return faultRefusals[fault.kind]?.(fault.retryAfterSeconds);
}

/** A date this number of seconds from now, or up to a second later: HTTP dates have no fractions. */
function httpDateIn(seconds: number): string {
  return new Date(Math.ceil(Date.now() / 1000 + seconds) * 1000).toUTCString();
}

const faultRefusals: { readonly [Kind in FaultKind]?: (seconds: number) => Refusal } = {
  '400-invalid': () => refusals.invalid('it was refused on purpose'),
  '400-too-large': refusals.tooLarge,
  '401': refusals.noCredentials,
  '403': refusals.wrongCredentials,
  '429': (seconds) => refusals.limited(String(seconds)),
  '429-date': (seconds) => refusals.limited(httpDateIn(seconds)),
  '429-bare': () => refusals.limited(),
  '500': () => refuse(500, 'Something went wrong here.'),
  '503': () => refuse(503, 'Come back later.'),
  '504': () => refuse(504, 'The export took too long to put together.'),
  html: () => ({
    status: 200,
    headers: { 'Content-Type': 'text/html; charset=utf-8' },
    body: '<!doctype html>\n<html><body><h1>Please log in</h1></body></html>\n',
  }),
};
