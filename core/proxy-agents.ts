import { once } from 'node:events';
import http, { type AgentOptions, type ClientRequest, type IncomingMessage } from 'node:http';
import https from 'node:https';
import { isIP, type Socket } from 'node:net';
import tls from 'node:tls';
import { Agent, type AgentConnectOpts } from 'agent-base';
import { HttpProxyAgent } from 'http-proxy-agent';
import { ExportError } from './errors.ts';
import { openFilesError } from './file-errors.ts';
import { hostPort, type HttpProxy } from './proxies.ts';
import { proxyRefusal, proxySilent } from './proxy-errors.ts';
import { within } from './within.ts';

/** How long a proxy may take to look up the address and connect, in milliseconds. */
const PROXY_TIMEOUT_MS = 30_000;

/**
 * Opens a tunnel through a proxy, by CONNECT. If the proxy refuses the tunnel, its answer is never taken for the
 * server's. `proxyMs` is the time limit in milliseconds. Source: RFC 9110, 9.3.6.
 * @throws ProxyRefused, ProxyUnavailable, OpenFilesExhausted
 */
export async function openTunnel(
  proxy: HttpProxy,
  target: string,
  proxyMs = PROXY_TIMEOUT_MS,
): Promise<Socket> {
  const request = (proxy.protocol === 'https:' ? https : http).request({
    method: 'CONNECT',
    host: proxy.hostname,
    port: proxy.port,
    path: target,
    headers: { Host: target, ...proxy.authorization() },
    agent: false,
  });
  // Until the caller uses the socket, this handles the errors of its connection, which would end the process.
  request.on('error', () => undefined);
  const answered = once(request, 'connect') as Promise<[IncomingMessage, Socket, Buffer]>;
  request.end();
  try {
    const [answer, socket, head] = await within(proxyMs, answered, () =>
      proxySilent(proxy, `no answer for ${proxyMs / 1000} s`),
    );
    const { statusCode: status = 0, statusMessage: said } = answer;
    if (status >= 200 && status < 300) {
      if (head.length > 0) socket.unshift(head);
      return socket;
    }
    // No caller gets this socket: without a handler, its end or a reset would end the process.
    socket.on('error', () => undefined);
    socket.destroy();
    throw proxyRefusal(proxy, target, { status, said });
  } catch (error) {
    request.destroy();
    throw proxyTrouble(proxy, error);
  }
}

function proxyTrouble(proxy: HttpProxy, error: unknown): ExportError {
  if (error instanceof ExportError) return error;
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'no code';
  return openFilesError(error) ?? proxySilent(proxy, code);
}

/** Sends requests for https addresses through a proxy, by a tunnel. */
export class TunnelAgent extends Agent {
  readonly #proxy: HttpProxy;

  constructor(proxy: HttpProxy, options: AgentOptions & Pick<tls.ConnectionOptions, 'ca'> = {}) {
    super(options);
    this.#proxy = proxy;
  }

  /** Without this, the base class checks the call stack, which is wrong for a connection that was used before. */
  override isSecureEndpoint(): boolean {
    return true;
  }

  override async connect(_request: ClientRequest, options: AgentConnectOpts): Promise<Socket> {
    const { host = '', port } = options;
    const socket = await openTunnel(this.#proxy, hostPort(host, port));
    const name = isIP(host) === 0 ? { servername: host } : {};
    const { path: _path, ...rest } = options as tls.ConnectionOptions;
    return tls.connect({ ...name, ...rest, socket });
  }
}

/** Sends requests for http addresses through a proxy, which receives them whole. */
export class ForwardAgent extends HttpProxyAgent<string> {
  readonly #proxy: HttpProxy;

  constructor(proxy: HttpProxy, options: AgentOptions = {}) {
    super(proxy.url(), options);
    this.#proxy = proxy;
  }

  override isSecureEndpoint(): boolean {
    return false;
  }

  override async connect(
    ...[request, options]: Parameters<HttpProxyAgent<string>['connect']>
  ): Promise<Socket> {
    try {
      return await within(PROXY_TIMEOUT_MS, super.connect(request, options), () =>
        proxySilent(this.#proxy, `no answer for ${PROXY_TIMEOUT_MS / 1000} s`),
      );
    } catch (error) {
      throw proxyTrouble(this.#proxy, error);
    }
  }
}

/** The options with which axios sends a request through a proxy, or directly if there is none. */
export function agentsFor(proxy: HttpProxy | undefined): {
  readonly proxy: false;
  readonly httpAgent?: ForwardAgent;
  readonly httpsAgent?: TunnelAgent;
} {
  // Not axios' own proxy: it reports a refusal of the proxy as one of the server.
  if (proxy === undefined) return { proxy: false };
  return { proxy: false, httpAgent: new ForwardAgent(proxy), httpsAgent: new TunnelAgent(proxy) };
}
