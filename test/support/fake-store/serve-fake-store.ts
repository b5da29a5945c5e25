import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import type { FakeStore } from './fake-store.ts';

/** Serves a fake store on a port of 127.0.0.1 until the test has ended. Returns its address. */
export async function serveFakeStore(store: FakeStore): Promise<string> {
  const server = createServer((request, response) => void answer(store, request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function answer(store: FakeStore, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  const url = new URL(request.url ?? '/', 'http://127.0.0.1');
  const { status, headers, body } = await store.answer({
    method: request.method ?? 'GET',
    path: decodeURIComponent(url.pathname.slice(1)),
    query: new Map(url.searchParams),
    headers: new Map(Object.entries(request.headers).map(([name, value]) => [name, String(value)])),
    body: Buffer.concat(chunks),
  });
  response.writeHead(status, headers).end(body);
}
