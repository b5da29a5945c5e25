import type { Readable } from 'node:stream';
import type { AxiosResponse } from 'axios';
import type { ExportError } from '../core/errors.ts';
import type { HourWindow } from '../core/hour-window.ts';
import type { HttpProxy } from '../core/proxies.ts';
import { quote } from '../core/quote.ts';
import type { Redact } from '../core/redact.ts';
import {
  AccessDenied,
  ExportTooLarge,
  RateLimited,
  RequestInvalid,
  SourceUnavailable,
  UnexpectedAnswer,
} from './errors.ts';

const TOO_LARGE = /too large|4 ?GB|size limit|shorten/i;

/**
 * The error for an answer to a request of the export that is neither 200 nor 404; `proxy` is the proxy that the answer
 * came through, if any. 400 has two meanings: the body tells which.
 * Source: Amplitude Export API documentation, status codes and considerations.
 */
export function errorForStatus(
  status: number,
  headers: object,
  body: string,
  window: HourWindow,
  proxy?: HttpProxy,
): ExportError {
  if (status === 400 && TOO_LARGE.test(body)) {
    return new ExportTooLarge(
      `the hour ${window} is over the 4 GB that Amplitude gives out in one answer${quote(body)}`,
      { httpStatus: status },
    );
  }
  return errorForRefusal({ status, headers, body }, window, proxy);
}

/** The same for a request of any kind; `asked` names in a message what was asked for. */
export function errorForRefusal(
  { status, headers, body }: { readonly status: number; readonly headers: object; readonly body: string },
  asked: string,
  proxy?: HttpProxy,
): ExportError {
  const quoted = quote(body);
  const httpStatus = status;
  if (status === 400) {
    return new RequestInvalid(`Amplitude refused the request for ${asked} as invalid (400)${quoted}`, {
      httpStatus,
    });
  }
  if (status === 401 || status === 403) {
    const orProxy = proxy && status === 403 ? `, or the proxy ${proxy.host} refused the request` : '';
    return new AccessDenied(`Amplitude refused the credentials (${status})${orProxy}`, { httpStatus });
  }
  if (status === 429) {
    const retryAfterMs = readRetryAfter(headers);
    const wait = retryAfterMs === undefined ? {} : { retryAfterMs };
    return new RateLimited('Amplitude limits the rate of requests (429)', { httpStatus, ...wait });
  }
  if (status >= 500 || status === 408 || status === 425)
    return new SourceUnavailable(`Amplitude cannot answer now (${status})${quoted}`, { httpStatus });
  return new UnexpectedAnswer(
    `Amplitude answered ${status} for ${asked}, a status that its documentation does not name${quoted}`,
    { httpStatus },
  );
}

/**
 * Requests ask for no encoding. What a proxy compressed anyway would look broken.
 * @throws UnexpectedAnswer
 */
export function refuseEncoding({ headers, data }: AxiosResponse<Readable>, redact: Redact): void {
  const encoding: unknown = headers['content-encoding'];
  if (typeof encoding !== 'string' || /^(identity)?$/i.test(encoding)) return;
  data.destroy();
  throw new UnexpectedAnswer(
    `the answer has a Content-Encoding that the request did not ask for${quote(redact(encoding))}`,
  );
}

const LONGEST_RETRY_AFTER_MS = 3_600_000;

/**
 * `Retry-After` in milliseconds, from seconds or from a date; at most an hour. Undefined when it is missing or cannot be
 * read. A date is compared with the source's own clock, since ours may be wrong. Source: RFC 9110, 10.2.3 and 6.6.1.
 */
export function readRetryAfter(headers: object, nowMs = sourceTimeMs(headers)): number | undefined {
  const value: unknown = 'retry-after' in headers ? headers['retry-after'] : undefined;
  if (typeof value !== 'string' || value.trim() === '') return undefined;
  const seconds = Number(value);
  const waitMs = Number.isNaN(seconds) ? Date.parse(value) - nowMs : seconds * 1000;
  return Number.isNaN(waitMs) ? undefined : Math.min(Math.max(waitMs, 0), LONGEST_RETRY_AFTER_MS);
}

function sourceTimeMs(headers: object): number {
  const timeMs =
    'date' in headers && typeof headers.date === 'string' ? Date.parse(headers.date) : Number.NaN;
  return Number.isNaN(timeMs) ? Date.now() : timeMs;
}
