import type { Readable } from 'node:stream';
import axios, { type AxiosResponse } from 'axios';
import { ExportError } from '../core/errors.ts';
import { agentsFor } from '../core/proxy-agents.ts';
import { answeredByProxy, ProxyRefused, ProxyUnavailable } from '../core/proxy-errors.ts';
import type { HttpProxy } from '../core/proxies.ts';
import { redactor } from '../core/redact.ts';
import { requestFailure } from '../core/request-failure.ts';
import { WebhookRefused, WebhookUnavailable } from './errors.ts';
import type { Notification } from './notification.ts';
import { secretsOfWebhook, type Webhook } from './webhook.ts';

/** How long a webhook may take to answer, in milliseconds. */
const ANSWER_MS = 10_000;

/** Statuses after which another try may succeed, besides 5xx. */
const PASSING = new Set([408, 425, 429]);

/**
 * Posts a notification, once. Only the status of the answer counts: its text and headers are not read, since they may
 * repeat our request. No error names the address.
 * @throws WebhookRefused, WebhookUnavailable, ProxyRefused, ProxyUnavailable or OpenFilesExhausted; the signal's reason
 */
export async function sendNotification(
  { url, proxies, answerMs = ANSWER_MS }: Webhook,
  notification: Notification,
  signal?: AbortSignal,
): Promise<void> {
  const address = new URL(url.reveal());
  const proxy = proxies.for(address);
  const noAnswer = AbortSignal.timeout(answerMs);
  try {
    const answer = await axios.post<Readable>(address.href, notification, {
      responseType: 'stream',
      decompress: false,
      // A redirect would send the notification to an address that is not configured.
      maxRedirects: 0,
      ...agentsFor(proxy),
      validateStatus: () => true,
      signal: signal === undefined ? noAnswer : AbortSignal.any([signal, noAnswer]),
    });
    answer.data.destroy();
    if (proxy !== undefined && address.protocol === 'http:') refuseProxyAnswer(answer, proxy);
    refuseStatus(answer.status);
  } catch (error) {
    signal?.throwIfAborted();
    if (noAnswer.aborted) throw new WebhookUnavailable(`the webhook gave no answer for ${answerMs / 1000} s`);
    const failure = requestFailure(error);
    if (failure instanceof ExportError) throw withoutAddress(failure, address);
    throw new WebhookUnavailable(`no connection to the webhook ${failure}`);
  }
}

function refuseProxyAnswer({ status, statusText, headers }: AxiosResponse, proxy: HttpProxy): void {
  const refusal = answeredByProxy(proxy, 'the webhook', { status, said: statusText }, headers);
  if (refusal !== undefined) throw refusal;
}

function refuseStatus(status: number): void {
  if (status >= 200 && status < 300) return;
  const options = { httpStatus: status };
  if (status >= 500 || PASSING.has(status))
    throw new WebhookUnavailable(`the webhook cannot take the notification now (${status})`, options);
  const what = status < 400 ? 'answered with a redirect, which is not followed' : 'refused the notification';
  throw new WebhookRefused(`the webhook ${what} (${status})`, options);
}

/** The errors of a proxy name the host that they were asked for, and quote the proxy, which may repeat the address. */
function withoutAddress(error: ExportError, { href, host, hostname }: URL): ExportError {
  const { httpStatus } = error;
  const options = httpStatus === undefined ? {} : { httpStatus };
  const message = redactor([...secretsOfWebhook(href), host, hostname])(error.message);
  if (error instanceof ProxyRefused) return new ProxyRefused(message, options);
  return error instanceof ProxyUnavailable ? new ProxyUnavailable(message, options) : error;
}
