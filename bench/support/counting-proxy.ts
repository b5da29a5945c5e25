import { once } from 'node:events';
import { Agent, createServer, request, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pipeline } from 'node:stream';

/** An HTTP server in front of an S3 server, that counts the requests and the bytes of their bodies. */
export interface CountingProxy {
  readonly url: string;
  /** The requests so far, by kind: `LIST`, `GET`, `PUT`, ... */
  counts(): ReadonlyMap<string, number>;
  /** The bytes in the bodies of the requests so far. */
  bytes(): number;
  close(): Promise<void>;
}

/** Starts a proxy that passes every request on as it is: S3 signatures name the proxy's host, and the header stays. */
export async function startCountingProxy(target: string): Promise<CountingProxy> {
  const counts = new Map<string, number>();
  let bytes = 0;
  const { hostname, port } = new URL(target);
  const agent = new Agent({ keepAlive: true });
  const server = createServer((incoming, response) => {
    const kind = kindOf(incoming);
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
    const { method, url: path, headers } = incoming;
    const outgoing = request({ hostname, port, method, path, headers, agent }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      pipeline(answer, response, () => undefined);
    });
    // The client sees a cut connection, as from the S3 server itself.
    outgoing.once('error', () => response.destroy());
    incoming.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
    });
    incoming.pipe(outgoing);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    counts: () => new Map(counts),
    bytes: () => bytes,
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      agent.destroy();
      await closed;
    },
  };
}

/** The kind of an S3 request. Source: Amazon S3 API reference. */
function kindOf({ method = '', url = '' }: IncomingMessage): string {
  const [, query = ''] = url.split('?', 2);
  const keys = new URLSearchParams(query);
  if (method === 'GET' && keys.has('list-type')) return 'LIST';
  if (method === 'GET' && keys.has('uploads')) return 'list uploads';
  return method === 'POST' && keys.has('delete') ? 'delete objects' : method;
}
