import { once } from 'node:events';
import { createServer, request as send, type IncomingMessage, type ServerResponse } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';

/** The behaviour of a test proxy. */
export interface HttpProxyBehaviour {
  /** User and password that it requires, joined by a colon. */
  readonly credentials?: string;
  /** Its answer to every request, instead of forwarding it. */
  readonly refusal?: { readonly status: number; readonly reason?: string; readonly headers?: object };
}

/** A proxy for HTTP on 127.0.0.1. */
export interface TestProxy {
  /** `127.0.0.1` and its port. */
  readonly host: string;
  /** The requests that it got, refused ones too, such as `CONNECT s3.test:443` or `GET http://s3.test/key`. */
  readonly requests: string[];
  close(): Promise<void>;
}

/**
 * Starts a proxy that resolves every name to this machine: a test that reaches a server by such a name has used the
 * proxy. It supports tunnels (CONNECT) and forwards plain requests.
 */
export async function startHttpProxy(behaviour: HttpProxyBehaviour = {}): Promise<TestProxy> {
  const requests: string[] = [];
  const sockets = new Set<Socket>();
  const token = behaviour.credentials && Buffer.from(behaviour.credentials).toString('base64');
  const refusalOf = (request: IncomingMessage): HttpProxyBehaviour['refusal'] => {
    requests.push(`${request.method} ${request.url}`);
    const given = request.headers['proxy-authorization'];
    if (token !== undefined && given !== `Basic ${token}`)
      return { status: 407, headers: { 'Proxy-Authenticate': 'Basic realm="test"' } };
    return behaviour.refusal;
  };
  const server = createServer((request, response) => {
    const refused = refusalOf(request);
    if (refused === undefined) forward(request, response);
    else response.writeHead(refused.status, refused.reason, { ...refused.headers }).end('refused');
  });
  server.on('connect', (request, client: Socket) => {
    // A refused client may close the connection at once.
    client.on('error', () => undefined);
    const refused = refusalOf(request);
    if (refused === undefined) {
      tunnel(request, client, sockets);
      return;
    }
    const { status, reason = 'Refused', headers = {} } = refused;
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${String(value)}\r\n`);
    client.end(`HTTP/1.1 ${status} ${reason}\r\n${lines.join('')}Content-Length: 0\r\n\r\n`);
  });
  server.on('connection', (socket) => sockets.add(socket));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

function tunnel(request: IncomingMessage, client: Socket, sockets: Set<Socket>): void {
  const { port } = new URL(`tcp://${request.url}`);
  const server = connect(Number(port), '127.0.0.1');
  sockets.add(server);
  for (const [from, to] of [
    [client, server],
    [server, client],
  ] as const) {
    from.on('error', () => to.destroy());
    from.on('close', () => to.destroy());
  }
  server.once('connect', () => {
    client.write('HTTP/1.1 200 Connection established\r\n\r\n');
    server.pipe(client);
    client.pipe(server);
  });
}

function forward(request: IncomingMessage, response: ServerResponse): void {
  const { pathname, search, port } = new URL(request.url ?? '');
  const { 'proxy-authorization': _hidden, 'proxy-connection': _hop, ...headers } = request.headers;
  const options = { host: '127.0.0.1', port, method: request.method, path: pathname + search, headers };
  const onward = send(options, (answer) => {
    response.writeHead(answer.statusCode ?? 502, { ...answer.headers, Via: '1.1 test' });
    answer.pipe(response);
  });
  onward.on('error', () => response.destroy());
  response.on('close', () => onward.destroy());
  request.pipe(onward);
}
