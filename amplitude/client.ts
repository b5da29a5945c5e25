import type { Readable } from 'node:stream';
import type { AxiosResponse } from 'axios';
import type { HourWindow } from '../core/hour-window.ts';
import type { HttpProxy } from '../core/proxies.ts';
import { quote } from '../core/quote.ts';
import { redactor, type Redact } from '../core/redact.ts';
import { errorForStatus } from './answers.ts';
import { ArchiveMissing, SourceTimedOut, UnexpectedAnswer } from './errors.ts';
import { sourceTimeouts } from './limits.ts';
import { send } from './send.ts';
import type { Source } from './source.ts';
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
  const proxy = proxyOf(source);
  const response = await send(source, proxy, { start: hour, end: hour }, signal);
  if (response.status === 200) {
    refuseEncoding(response, source);
    await refuseText(response, source, signal);
    return { kind: 'archive', httpStatus: 200, body: response.data };
  }
  // A body that is read to its end leaves the connection open for the next hour.
  const text = await readText(response, source);
  signal.throwIfAborted();
  if (response.status === 404) return { kind: 'none', httpStatus: 404 };
  throw errorForStatus(response.status, response.headers, text, window, proxy);
}

/** The request asks for no encoding. An archive that a proxy compressed anyway would look broken. */
function refuseEncoding({ headers, data }: AxiosResponse<Readable>, source: Source): void {
  const encoding: unknown = headers['content-encoding'];
  if (typeof encoding !== 'string' || /^(identity)?$/i.test(encoding)) return;
  data.destroy();
  throw new UnexpectedAnswer(
    `the answer has a Content-Encoding that the request did not ask for${quote(redactorOf(source)(encoding))}`,
  );
}

/** @throws ArchiveMissing when the body is a text; SourceTimedOut */
async function refuseText(
  response: AxiosResponse<Readable>,
  source: Source,
  signal: AbortSignal,
): Promise<void> {
  const { stallMs } = source.timeouts ?? sourceTimeouts;
  const { data, headers } = response;
  const kind = await textKind(data, headers['content-type'], stallMs, () => {
    data.destroy();
    return new SourceTimedOut(`no byte came for ${stallMs / 1000} s, after 0 bytes`);
  });
  if (kind === undefined) return;
  const text = await readText(response, source);
  signal.throwIfAborted();
  throw new ArchiveMissing(
    `the answer of ${new URL(source.url).host} with status 200 is no archive but ${kind}${quote(text)}`,
    { httpStatus: 200 },
  );
}

function readText({ data }: AxiosResponse<Readable>, source: Source): Promise<string> {
  return firstText(data, (source.timeouts ?? sourceTimeouts).stallMs, redactorOf(source));
}

/**
 * A source may repeat the request in its answer. Removes both keys, the two as HTTP Basic joins them, and the proxy's
 * credentials from a text.
 */
function redactorOf(source: Source): Redact {
  const keys = [source.apiKey.reveal(), source.secretKey.reveal()];
  return redactor([...keys, keys.join(':'), ...(proxyOf(source)?.secrets ?? [])]);
}

function proxyOf({ url, proxies }: Source): HttpProxy | undefined {
  return proxies?.for(new URL(url));
}
