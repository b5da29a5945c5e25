import { ExportError } from './errors.ts';
import type { HttpProxy } from './proxies.ts';
import { quote } from './quote.ts';
import { redactor } from './redact.ts';

/** A proxy refuses our credentials, or does not allow the address. */
export class ProxyRefused extends ExportError {
  readonly type = 'ProxyRefused';
}

/** A proxy does not answer, or could not reach the address. */
export class ProxyUnavailable extends ExportError {
  readonly type = 'ProxyUnavailable';
}

/** The answer of a proxy: `said` is the reason in its status line. */
export interface ProxyAnswer {
  readonly status: number;
  readonly said?: string | undefined;
}

/** The error for a proxy that answered instead of the server. `target` is the host and port of the server. */
export function proxyRefusal(
  proxy: HttpProxy,
  target: string,
  { status, said = '' }: ProxyAnswer,
): ProxyRefused | ProxyUnavailable {
  const words = quote(redactor(proxy.secrets)(said));
  const name = nameOf(proxy);
  const options = { httpStatus: status };
  if (status === 407) {
    return new ProxyRefused(`${name} refused its user and password (407)${words}`, options);
  }
  if (status >= 500 || status === 408 || status === 425 || status === 429) {
    return new ProxyUnavailable(`${name} could not reach ${target} (${status})${words}`, options);
  }
  return new ProxyRefused(`${name} does not allow ${target} (${status})${words}`, options);
}

/** The error for a proxy that cannot be reached or does not answer. `why` is a code or a few words. */
export function proxySilent(proxy: HttpProxy, why: string): ProxyUnavailable {
  return new ProxyUnavailable(`no connection through ${nameOf(proxy)}: ${why}`);
}

/** The proxy in words, with the variable that sets it. */
function nameOf({ host, variable }: HttpProxy): string {
  return `the proxy ${host} (set in ${variable})`;
}

/**
 * The error for an answer over plain HTTP that came from the proxy and not from the server; undefined for an answer
 * of the server. `target` is the host and port of the server. 407 always comes from a proxy; other answers only if
 * their headers say so.
 * Source: RFC 9110, 15.5.8 and 11.7.1; RFC 9209, 2.1.1; Squid's error pages.
 */
export function answeredByProxy(
  proxy: HttpProxy,
  target: string,
  answer: ProxyAnswer,
  headers: object,
): ProxyRefused | ProxyUnavailable | undefined {
  const isFromProxy =
    answer.status === 407 ||
    (answer.status >= 400 &&
      ('proxy-authenticate' in headers ||
        'x-squid-error' in headers ||
        ('proxy-status' in headers && /;\s*error=/.test(String(headers['proxy-status'])))));
  return isFromProxy ? proxyRefusal(proxy, target, answer) : undefined;
}
