import type { ConnectionOptions } from '@temporalio/client';
import type { NativeConnectionOptions } from '@temporalio/worker';
import { hostPort, type HttpProxy } from '../core/proxies.ts';
import { ConfigurationInvalid } from './errors.ts';
import { readProxies } from './proxies.ts';

const DEFAULT_PORT = 7233;

/** The way to Temporal through a proxy; `target` is the server's own host and port. */
export interface TemporalRoute {
  readonly proxy: HttpProxy;
  readonly target: string;
}

/**
 * The proxy for a Temporal address, if there is one. It is the proxy for https, as in every gRPC tool, whether the
 * connection has TLS or not.
 * @throws ConfigurationInvalid, also for a proxy with an https address, which neither the client nor the worker of
 * the SDK can use
 */
export function temporalRoute(address: string, env: NodeJS.ProcessEnv): TemporalRoute | undefined {
  const text = address.includes('://') ? address : `grpc://${address}`;
  if (!URL.canParse(text)) return undefined;
  const { hostname, port } = new URL(text);
  const server = { hostname, port: port || String(DEFAULT_PORT) };
  const proxy = readProxies(env).for({ protocol: 'https:', ...server });
  if (proxy === undefined) return undefined;
  if (proxy.protocol === 'https:') {
    throw new ConfigurationInvalid([
      `${proxy.variable}: Temporal can be reached only through a proxy at http://; set one, or list ${hostname} in NO_PROXY`,
    ]);
  }
  return { proxy, target: `${hostname}:${server.port}` };
}

/** The options that make the client's connection take this route, and no other proxy of the environment. */
export function clientRoute(
  route: TemporalRoute | undefined,
): Pick<ConnectionOptions, 'address' | 'channelArgs'> {
  const own = { 'grpc.enable_http_proxy': 0 };
  if (route === undefined) return { channelArgs: own };
  const { proxy, target } = route;
  const { user, password } = proxy.credentials ?? {};
  return {
    address: proxy.host,
    channelArgs: {
      ...own,
      'grpc.http_connect_target': `dns:${target}`,
      ...(user !== undefined && { 'grpc.http_connect_creds': `${user}:${password?.reveal() ?? ''}` }),
      'grpc.default_authority': target,
    },
  };
}

/** The options that make a worker's connection take this route. */
export function workerRoute(route: TemporalRoute | undefined): Pick<NativeConnectionOptions, 'proxy'> {
  if (route === undefined) return {};
  const { hostname, port, credentials } = route.proxy;
  const basicAuth = credentials && { username: credentials.user, password: credentials.password.reveal() };
  return {
    proxy: {
      type: 'http-connect',
      targetHost: hostPort(hostname, port),
      ...(basicAuth !== undefined && { basicAuth }),
    },
  };
}
