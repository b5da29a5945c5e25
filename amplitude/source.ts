import type { Proxies } from '../core/proxies.ts';
import type { Secret } from '../core/secret.ts';
import type { SourcePatience } from './limits.ts';

/** How the Export API is reached. */
export interface Source {
  readonly url: string;
  readonly apiKey: Secret;
  readonly secretKey: Secret;
  readonly patience?: SourcePatience;
  readonly proxies?: Proxies;
}
