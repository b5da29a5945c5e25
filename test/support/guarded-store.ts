import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { FakeStore } from './fake-store/fake-store.ts';

/** A request to the store; `token` is its session token, or without one its access key. */
export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly token: string;
}

/** The answer to a refused request. The message may repeat parts of the request. */
export interface Refusal {
  readonly status: number;
  readonly code: string;
  readonly message?: string;
}

/** A fake store on a port, in path style. It refuses a request if `guard` returns a refusal, and checks no signature. */
export class GuardedStore {
  readonly seen: SeenRequest[] = [];
  /** Returns the refusal of a request; undefined lets it pass. */
  guard: (request: SeenRequest) => Refusal | undefined = () => undefined;
  readonly #store = new FakeStore();
  readonly #server = createServer((request, response) => {
    void this.#answer(request, response).catch(() => response.destroy());
  });

  /** The bytes of an object. */
  bytesOf(key: string): Buffer | undefined {
    return this.#store.objects.get(key)?.bytes;
  }

  /** Starts it on 127.0.0.1. */
  async start(): Promise<void> {
    // A client that sends a large body asks first (Expect: 100-continue): it may be refused before it sends the body.
    this.#server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) => {
      if (this.guard(seenOf(request)) === undefined) response.writeContinue();
      this.#server.emit('request', request, response);
    });
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
  }

  get endpoint(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const seen = seenOf(request);
    this.seen.push(seen);
    const refusal = this.guard(seen);
    if (refusal !== undefined) {
      const { status, code, message = '' } = refusal;
      const body = `<Error><Code>${code}</Code><Message>${message}</Message></Error>`;
      // The connection ends: the rest of a refused body is not read.
      response.writeHead(status, { 'Content-Type': 'application/xml', Connection: 'close' });
      response.end(request.method === 'HEAD' ? undefined : body);
      return;
    }
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const { status, headers, body } = await this.#store.answer({
      method: seen.method,
      path: seen.path.slice(1),
      query: new Map(seen.query),
      headers: new Map(Object.entries(seen.headers).map(([name, value]) => [name, String(value)])),
      body: Buffer.concat(chunks),
    });
    response.writeHead(status, headers).end(body);
  }
}

function seenOf(request: IncomingMessage): SeenRequest {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://store');
  const key = /Credential=([^/]+)/.exec(request.headers.authorization ?? '')?.[1] ?? '';
  const token = request.headers['x-amz-security-token'];
  const { method = '', headers } = request;
  return {
    method,
    path: decodeURIComponent(pathname),
    query: searchParams,
    headers,
    token: String(token ?? key),
  };
}
