import { NodeHttpHandler, type NodeHttpHandlerOptions } from '@smithy/node-http-handler';
import type { Proxies } from '../core/proxies.ts';
import { ForwardAgent, TunnelAgent } from '../core/proxy-agents.ts';
import { answeredByProxy } from '../core/proxy-errors.ts';
import type { StorageLimits } from './limits.ts';

/** What lies between us and the storage. */
export interface StorageNetwork {
  readonly proxies?: Proxies;
  /** The authorities to be trusted in place of Node's own, as PEM. */
  readonly authorities?: string;
}

/** As the SDK's own agents are. */
const POOL = { keepAlive: true, maxSockets: 50 } as const;

type Handle = NodeHttpHandler['handle'];

/** What sends the SDK's requests: straight, or through the proxy of the host that each is for. */
export function requestHandler(
  { proxies, authorities }: StorageNetwork,
  { connectMs, silenceMs }: StorageLimits,
): NodeHttpHandler {
  const trust = authorities === undefined ? {} : { ca: authorities };
  const direct = new NodeHttpHandler({
    connectionTimeout: connectMs,
    socketTimeout: silenceMs,
    httpsAgent: { ...POOL, ...trust },
  });
  if (proxies === undefined || proxies.isEmpty) return direct;
  const { http, https } = proxies;
  // Without a limit on connecting: how long a proxy may take is the agents' own affair.
  const options = {
    socketTimeout: silenceMs,
    ...(http !== undefined && { httpAgent: new ForwardAgent(http, POOL) }),
    ...(https !== undefined && { httpsAgent: new TunnelAgent(https, { ...POOL, ...trust }) }),
  };
  return new ProxiedHandler(options, proxies, direct);
}

/** Asks `proxies` for each request; what has no proxy goes by `direct`. */
class ProxiedHandler extends NodeHttpHandler {
  readonly #proxies: Proxies;
  readonly #direct: NodeHttpHandler;

  constructor(options: NodeHttpHandlerOptions, proxies: Proxies, direct: NodeHttpHandler) {
    super(options);
    this.#proxies = proxies;
    this.#direct = direct;
  }

  override async handle(...[request, options]: Parameters<Handle>): ReturnType<Handle> {
    const { protocol, hostname } = request;
    const proxy = this.#proxies.for({ protocol, hostname, port: String(request.port ?? '') });
    if (proxy === undefined) return this.#direct.handle(request, options);
    const answer = await super.handle(request, options);
    if (protocol === 'https:') return answer;
    const { statusCode: status, reason: said, headers, body } = answer.response;
    const refusal = answeredByProxy(proxy, hostname, { status, said }, headers);
    if (refusal === undefined) return answer;
    body.destroy();
    throw refusal;
  }

  override destroy(): void {
    super.destroy();
    this.#direct.destroy();
  }

  override updateHttpClientConfig(...setting: Parameters<NodeHttpHandler['updateHttpClientConfig']>): void {
    super.updateHttpClientConfig(...setting);
    this.#direct.updateHttpClientConfig(...setting);
  }
}
