import type { Readable } from 'node:stream';
import type { AxiosResponse } from 'axios';
import type { HourWindow } from '../core/hour-window.ts';
import type { HttpProxy } from '../core/proxies.ts';
import { quote } from '../core/quote.ts';
import { redactor, type Redact } from '../core/redact.ts';
import { errorForStatus } from './answers.ts';
import { ArchiveMissing, SourceTimedOut, UnexpectedAnswer } from './errors.ts';
import { sourcePatience } from './limits.ts';
import { send } from './send.ts';
import type { Source } from './source.ts';
import { firstText, textKind } from './text-answer.ts';

/** What the API has for an hour: an archive to download, or nothing at all. */
export type Answer =
  | { readonly kind: 'archive'; readonly httpStatus: 200; readonly body: Readable }
  | { readonly kind: 'none'; readonly httpStatus: 404 };

/**
 * Asks the Export API for one hour window. `start` and `end` of the request are both included, so they are equal.
 * The body of an archive streams: read it to its end, or destroy it.
 * Source: Amplitude Export API documentation, `GET /api/2/export`.
 * @throws the error that fits the status (answers.ts), ArchiveMissing, ConnectionLost, SourceTimedOut,
 *   ProxyRefused or ProxyUnavailable
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
  if (response.status === 404) {
    response.data.destroy();
    return { kind: 'none', httpStatus: 404 };
  }
  const text = await saidIn(response, source);
  signal.throwIfAborted();
  throw errorForStatus(response.status, response.headers, text, window, proxy);
}

/** We asked for none; what a proxy packed all the same would pass for a broken archive. */
function refuseEncoding({ headers, data }: AxiosResponse<Readable>, source: Source): void {
  const encoding: unknown = headers['content-encoding'];
  if (typeof encoding !== 'string' || /^(identity)?$/i.test(encoding)) return;
  data.destroy();
  throw new UnexpectedAnswer(
    `the answer came with a Content-Encoding that was not asked for${quote(redactorOf(source)(encoding))}`,
  );
}

/** @throws ArchiveMissing for a text, SourceTimedOut */
async function refuseText(
  response: AxiosResponse<Readable>,
  source: Source,
  signal: AbortSignal,
): Promise<void> {
  const { stallMs } = source.patience ?? sourcePatience;
  const { data, headers } = response;
  const kind = await textKind(data, headers['content-type'], stallMs, () => {
    data.destroy();
    return new SourceTimedOut(`no byte came for ${stallMs / 1000} s, after 0 bytes`);
  });
  if (kind === undefined) return;
  const text = await saidIn(response, source);
  signal.throwIfAborted();
  throw new ArchiveMissing(
    `the answer of ${new URL(source.url).host} with status 200 is no archive but ${kind}${quote(text)}`,
    { httpStatus: 200 },
  );
}

function saidIn({ data }: AxiosResponse<Readable>, source: Source): Promise<string> {
  return firstText(data, (source.patience ?? sourcePatience).stallMs, redactorOf(source));
}

/**
 * A source may repeat what it was sent: neither key gets into a message that way, nor the two as HTTP Basic joins them.
 * Nor does what a proxy on the way wants to know.
 */
function redactorOf(source: Source): Redact {
  const keys = [source.apiKey.reveal(), source.secretKey.reveal()];
  return redactor([...keys, keys.join(':'), ...(proxyOf(source)?.secrets ?? [])]);
}

function proxyOf({ url, proxies }: Source): HttpProxy | undefined {
  return proxies?.for(new URL(url));
}
