import type { Readable } from 'node:stream';
import type { AxiosResponse } from 'axios';
import type { HourWindow } from '../core/hour-window.ts';
import { quote } from '../core/quote.ts';
import type { Redact } from '../core/redact.ts';
import { errorForStatus, refuseEncoding } from './answers.ts';
import { ArchiveMissing, SourceTimedOut } from './errors.ts';
import { send } from './send.ts';
import { proxyOf, redactorOf, timeoutsOf, type Source } from './source.ts';
import { firstText, textKind } from './text-answer.ts';

/** What the API has for an hour: an archive to download, or no data. */
export type Answer =
  | { readonly kind: 'archive'; readonly httpStatus: 200; readonly body: Readable }
  | { readonly kind: 'none'; readonly httpStatus: 404 };

/**
 * Requests one hour window from the Export API. `start` and `end` are both included, so they are equal.
 * The body of an archive is a stream: read it to its end, or destroy it.
 * Source: Amplitude Export API documentation, `GET /api/2/export`.
 * @throws the error for the status (answers.ts), UnexpectedAnswer, ArchiveMissing, ConnectionLost, SourceTimedOut,
 *   ProxyRefused, ProxyUnavailable or OpenFilesExhausted; the signal's reason
 */
export async function requestHour(source: Source, window: HourWindow, signal: AbortSignal): Promise<Answer> {
  const hour = window.replaceAll('-', '');
  const proxy = proxyOf(source, source.url);
  const redact = redactorOf(source, proxy);
  const request = { url: source.url, params: { start: hour, end: hour } };
  const response = await send(source, request, proxy, signal);
  if (response.status === 200) {
    refuseEncoding(response, redact);
    await refuseText(response, source, redact, signal);
    return { kind: 'archive', httpStatus: 200, body: response.data };
  }
  // A body that is read to its end leaves the connection open for the next hour.
  const text = await firstText(response.data, timeoutsOf(source).stallMs, redact);
  signal.throwIfAborted();
  if (response.status === 404) return { kind: 'none', httpStatus: 404 };
  throw errorForStatus(response.status, response.headers, text, window, proxy);
}

/** @throws ArchiveMissing when the body is a text; SourceTimedOut */
async function refuseText(
  response: AxiosResponse<Readable>,
  source: Source,
  redact: Redact,
  signal: AbortSignal,
): Promise<void> {
  const { stallMs } = timeoutsOf(source);
  const { data, headers } = response;
  const kind = await textKind(data, headers['content-type'], stallMs, () => {
    data.destroy();
    return new SourceTimedOut(`no byte came for ${stallMs / 1000} s, after 0 bytes`);
  });
  if (kind === undefined) return;
  const text = await firstText(data, stallMs, redact);
  signal.throwIfAborted();
  throw new ArchiveMissing(
    `the answer of ${new URL(source.url).host} with status 200 is no archive but ${kind}${quote(text)}`,
    { httpStatus: 200 },
  );
}
