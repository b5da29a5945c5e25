import type { HttpProxy, Proxies } from '../core/proxies.ts';
import { redactor, type Redact } from '../core/redact.ts';
import type { Secret } from '../core/secret.ts';
import { sourceTimeouts, type SourceTimeouts } from './limits.ts';

/** How to reach Amplitude. `url` is the address of the export; that of the events list follows from it. */
export interface Source {
  readonly url: string;
  readonly apiKey: Secret;
  readonly secretKey: Secret;
  readonly timeouts?: SourceTimeouts;
  readonly proxies?: Proxies;
}

/** The address of the events list: that of the export, with `events/list` in the place of its last part, `export`. */
export function eventsListUrl({ url }: Pick<Source, 'url'>): string {
  const address = new URL('events/list', url);
  address.search = new URL(url).search;
  return address.href;
}

/** How long to wait for a source. */
export function timeoutsOf({ timeouts = sourceTimeouts }: Pick<Source, 'timeouts'>): SourceTimeouts {
  return timeouts;
}

/** The proxy on the way to an address of the source; undefined when there is none. */
export function proxyOf({ proxies }: Source, url: string): HttpProxy | undefined {
  return proxies?.for(new URL(url));
}

/**
 * A source may repeat the request in its answer. Removes both keys, the two as HTTP Basic joins them, and the proxy's
 * credentials from a text.
 */
export function redactorOf({ apiKey, secretKey }: Source, proxy: HttpProxy | undefined): Redact {
  const keys = [apiKey.reveal(), secretKey.reveal()];
  return redactor([...keys, keys.join(':'), ...(proxy?.secrets ?? [])]);
}
