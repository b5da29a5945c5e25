import type { Readable } from 'node:stream';
import axios, { isAxiosError, type AxiosResponse } from 'axios';
import { openFilesError } from '../core/file-errors.ts';
import type { HourWindow } from '../core/hour-window.ts';
import { quote } from '../core/quote.ts';
import { CUT, redactor } from '../core/redact.ts';
import type { Secret } from '../core/secret.ts';
import { errorForStatus } from './answers.ts';
import { ConnectionLost, SourceTimedOut, UnexpectedAnswer } from './errors.ts';
import { sourcePatience, type SourcePatience } from './limits.ts';

/** How the Export API is reached. */
export interface Source {
  readonly url: string;
  readonly apiKey: Secret;
  readonly secretKey: Secret;
  readonly patience?: SourcePatience;
}

/** What the API has for an hour: an archive to download, or nothing at all. */
export type Answer =
  | { readonly kind: 'archive'; readonly httpStatus: 200; readonly body: Readable }
  | { readonly kind: 'none'; readonly httpStatus: 404 };

/**
 * Asks the Export API for one hour window. `start` and `end` of the request are both included, so they are equal.
 * The body of an archive streams: read it to its end, or destroy it.
 * Source: Amplitude Export API documentation, `GET /api/2/export`.
 * @throws the error that fits the status (answers.ts), ConnectionLost or SourceTimedOut
 */
export async function requestHour(source: Source, window: HourWindow, signal: AbortSignal): Promise<Answer> {
  const hour = window.replaceAll('-', '');
  const response = await send(source, hour, signal);
  if (response.status === 200) {
    refuseEncoding(response, source);
    return { kind: 'archive', httpStatus: 200, body: response.data };
  }
  if (response.status === 404) {
    response.data.destroy();
    return { kind: 'none', httpStatus: 404 };
  }
  const text = await firstText(response.data, source);
  signal.throwIfAborted();
  throw errorForStatus(response.status, response.headers, text, window);
}

async function send(source: Source, hour: string, signal: AbortSignal): Promise<AxiosResponse<Readable>> {
  // Not AbortSignal.timeout: the wait ends with the first byte, the download may take longer.
  const { answerMs } = source.patience ?? sourcePatience;
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort(), answerMs);
  try {
    return await axios.get<Readable>(source.url, {
      params: { start: hour, end: hour },
      auth: { username: source.apiKey.reveal(), password: source.secretKey.reveal() },
      // The archive is kept as it was sent: no transfer encoding to undo on the way.
      headers: { 'Accept-Encoding': 'identity' },
      decompress: false,
      responseType: 'stream',
      // A redirect would carry the request, and its credentials, to a place that nobody configured.
      maxRedirects: 0,
      validateStatus: () => true,
      signal: AbortSignal.any([signal, patience.signal]),
    });
  } catch (error) {
    signal.throwIfAborted();
    const host = new URL(source.url).host;
    if (patience.signal.aborted) {
      throw new SourceTimedOut(`${host} gave no answer for ${answerMs / 1000} s`);
    }
    const exhausted = openFilesError(error);
    if (exhausted !== undefined) throw exhausted;
    // The axios error holds the request with its credentials: only its code goes on.
    const code = isAxiosError(error) ? (error.code ?? 'no code') : 'no code';
    throw new ConnectionLost(`no connection to ${host} (${code})`);
  } finally {
    clearTimeout(timer);
  }
}

/** We asked for none; what a proxy packed all the same would pass for a broken archive. */
function refuseEncoding({ headers, data }: AxiosResponse<Readable>, source: Source): void {
  const encoding: unknown = headers['content-encoding'];
  if (typeof encoding !== 'string' || /^(identity)?$/i.test(encoding)) return;
  data.destroy();
  throw new UnexpectedAnswer(
    `the answer came with a Content-Encoding that was not asked for${quote(withoutKeys(encoding, source))}`,
  );
}

const FIRST_TEXT_BYTES = 2048;

/**
 * The beginning of a text that came in an archive's place, without our keys. Not its last few letters either, where
 * they begin a key: it may have been cut within one, by us, by a connection, or by whoever wrote it.
 */
async function firstText(body: Readable, source: Source): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  const { stallMs } = source.patience ?? sourcePatience;
  const stall = setTimeout(() => body.destroy(), stallMs);
  try {
    for await (const chunk of body as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes >= FIRST_TEXT_BYTES) break;
    }
  } catch {
    // What has come will do; the status alone says enough.
  } finally {
    clearTimeout(stall);
  }
  const text = Buffer.concat(chunks).toString('utf8', 0, FIRST_TEXT_BYTES);
  return withoutKeys(`${text}${CUT}`, source).slice(0, -CUT.length);
}

/** A source may repeat what it was sent: no key gets into a message that way. */
function withoutKeys(text: string, source: Source): string {
  return redactor(keysOf(source))(text);
}

/** Both keys, and the two as HTTP Basic joins them. */
function keysOf({ apiKey, secretKey }: Source): string[] {
  const keys = [apiKey.reveal(), secretKey.reveal()];
  return [...keys, keys.join(':')];
}
