import type { Readable } from 'node:stream';
import axios, { type AxiosResponse } from 'axios';
import { ExportError } from '../core/errors.ts';
import { agentsFor } from '../core/proxy-agents.ts';
import { answeredByProxy } from '../core/proxy-errors.ts';
import type { HttpProxy } from '../core/proxies.ts';
import { requestFailure } from '../core/request-failure.ts';
import { timeoutsOf, type Source } from './source.ts';
import { ConnectionLost, SourceTimedOut } from './errors.ts';

/** What is asked for: a whole address, and its query. */
export interface Request {
  readonly url: string;
  readonly params?: Readonly<Record<string, string>>;
}

/**
 * Sends one request, through `proxy` if there is one. Returns the answer; its body is a stream that is not read yet.
 * @throws SourceTimedOut, ConnectionLost, ProxyRefused, ProxyUnavailable or OpenFilesExhausted; the signal's reason
 */
export async function send(
  source: Source,
  { url, params }: Request,
  proxy: HttpProxy | undefined,
  signal: AbortSignal,
): Promise<AxiosResponse<Readable>> {
  // Not AbortSignal.timeout: this timeout ends with the answer, but the download may take longer.
  const { answerMs } = timeoutsOf(source);
  const { host, protocol } = new URL(url);
  const noAnswer = new AbortController();
  const timer = setTimeout(() => noAnswer.abort(), answerMs);
  try {
    const response = await axios.get<Readable>(url, {
      ...(params !== undefined && { params }),
      auth: { username: source.apiKey.reveal(), password: source.secretKey.reveal() },
      // The archive is kept as it was sent, so no encoding must be decoded.
      headers: { 'Accept-Encoding': 'identity' },
      decompress: false,
      responseType: 'stream',
      // A redirect would send the request and its credentials to an address that is not configured.
      maxRedirects: 0,
      ...agentsFor(proxy),
      validateStatus: () => true,
      signal: AbortSignal.any([signal, noAnswer.signal]),
    });
    if (proxy !== undefined && protocol === 'http:') refuseProxyAnswer(response, proxy, host);
    return response;
  } catch (error) {
    signal.throwIfAborted();
    if (noAnswer.signal.aborted) {
      throw new SourceTimedOut(`${host} gave no answer for ${answerMs / 1000} s`);
    }
    const failure = requestFailure(error);
    if (failure instanceof ExportError) throw failure;
    throw new ConnectionLost(`no connection to ${host} ${failure}`);
  } finally {
    clearTimeout(timer);
  }
}

function refuseProxyAnswer(
  { status, statusText, headers, data }: AxiosResponse<Readable>,
  proxy: HttpProxy,
  target: string,
): void {
  const refusal = answeredByProxy(proxy, target, { status, said: statusText }, headers);
  if (refusal === undefined) return;
  data.destroy();
  throw refusal;
}
