import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ConfigurationInvalid } from '../../config/errors.ts';
import type { ListenAddress } from '../../config/readers.ts';
import { messageOf } from '../../core/errors.ts';

/** What the server tells. */
export interface Told {
  /** The metrics in Prometheus' text format. */
  readonly metrics: () => Promise<string>;
  /** Why the worker is not ready; undefined when it is. */
  readonly problem: () => Promise<string | undefined>;
}

/** A server for metrics and health checks; `url` has the port that it listens on. */
export interface MetricsServer {
  readonly url: string;
  close(): Promise<void>;
}

/** An answer: its status, its text, and the type of the text. */
type Answer = readonly [status: number, text: string, type?: string];

/** Source: Prometheus, "Exposition formats", the text format. */
const METRICS_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

/**
 * Serves `/metrics`, `/healthz` (200 while the process lives) and `/readyz` (200 when the worker is ready, else 503 with
 * the reason).
 * @throws ConfigurationInvalid when it cannot listen on the address
 */
export async function serveMetrics({ host, port }: ListenAddress, told: Told): Promise<MetricsServer> {
  const server = createServer((request, response) => {
    void answer(request, told).then(([status, text, type = 'text/plain; charset=utf-8']) =>
      send(response, status, text, type),
    );
  });
  try {
    server.listen(port, host);
    await once(server, 'listening');
  } catch (error) {
    throw new ConfigurationInvalid([
      `METRICS_ADDRESS: the worker cannot listen on ${host}:${port} (${messageOf(error)}); choose another port, or an address of this machine`,
    ]);
  }
  const { port: listensOn } = server.address() as AddressInfo;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${listensOn}`,
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

async function answer({ method, url = '' }: IncomingMessage, told: Told): Promise<Answer> {
  if (method !== 'GET' && method !== 'HEAD') return [405, 'only GET\n'];
  const [path] = url.split('?');
  if (path === '/healthz') return [200, 'ok\n'];
  if (path === '/readyz') {
    const problem = await told.problem();
    return problem === undefined ? [200, 'ok\n'] : [503, `${problem}\n`];
  }
  if (path !== '/metrics') return [404, 'here are /metrics, /healthz and /readyz\n'];
  try {
    return [200, await told.metrics(), METRICS_TYPE];
  } catch (error) {
    return [500, `${messageOf(error)}\n`];
  }
}

function send(response: ServerResponse, status: number, text: string, type: string): void {
  response.writeHead(status, { 'Content-Type': type, 'Content-Length': Buffer.byteLength(text) });
  response.end(response.req.method === 'HEAD' ? undefined : text);
}
