import type { Proxies } from '../core/proxies.ts';
import type { Secret } from '../core/secret.ts';
import type { SourceTimeouts } from './limits.ts';

/** How to reach the Export API. */
export interface Source {
  readonly url: string;
  readonly apiKey: Secret;
  readonly secretKey: Secret;
  readonly timeouts?: SourceTimeouts;
  readonly proxies?: Proxies;
}
