import { NodeHttpHandler, type NodeHttpHandlerOptions } from '@smithy/node-http-handler';
import type { Proxies } from '../core/proxies.ts';
import { ForwardAgent, TunnelAgent } from '../core/proxy-agents.ts';
import { answeredByProxy } from '../core/proxy-errors.ts';
import type { StorageLimits } from './limits.ts';

/** The network between us and the storage. */
export interface StorageNetwork {
  readonly proxies?: Proxies;
  /** The certificate authorities to trust instead of those of Node, as PEM. */
  readonly authorities?: string;
}

/** The same settings as those of the SDK. */
const POOL = { keepAlive: true, maxSockets: 50 } as const;

type Handle = NodeHttpHandler['handle'];

/** Sends the SDK's requests, directly or through the proxy for their host. */
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
  // No time limit for connecting: the agents limit the time of a proxy.
  const options = {
    socketTimeout: silenceMs,
    ...(http !== undefined && { httpAgent: new ForwardAgent(http, POOL) }),
    ...(https !== undefined && { httpsAgent: new TunnelAgent(https, { ...POOL, ...trust }) }),
  };
  return new ProxiedHandler(options, proxies, direct);
}

/** Looks up the proxy for each request; requests without a proxy go through `direct`. */
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
