import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { startCountingProxy, type CountingProxy } from '../../../bench/support/counting-proxy.ts';

let target: Server;
let proxy: CountingProxy;
let seen: string[];

beforeEach(async () => {
  seen = [];
  target = createServer((request, response) => {
    void text(request).then((body) => {
      const { method, url, headers } = request;
      seen.push(`${method} ${url} ${headers.host} ${body}`);
      response.writeHead(url?.includes('missing') ? 404 : 200, { ETag: '"e"' }).end(`answer to ${url}`);
    });
  }).listen(0, '127.0.0.1');
  await once(target, 'listening');
  proxy = await startCountingProxy(`http://127.0.0.1:${(target.address() as AddressInfo).port}`);
});

afterEach(async () => {
  await proxy.close();
  target.close();
});

it('passes requests and answers on as they are, with the host that the client signed', async () => {
  const answer = await fetch(`${proxy.url}/bucket/key?x-id=PutObject`, { method: 'PUT', body: 'content' });
  expect([answer.status, answer.headers.get('etag'), await answer.text()]).toEqual([
    200,
    '"e"',
    'answer to /bucket/key?x-id=PutObject',
  ]);
  expect(seen).toEqual([`PUT /bucket/key?x-id=PutObject ${new URL(proxy.url).host} content`]);
  expect((await fetch(`${proxy.url}/bucket/missing`)).status).toBe(404);
});

it('counts by kind, and adds up the bytes of the bodies', async () => {
  for (const path of ['?list-type=2&prefix=a', '?list-type=2', '?uploads', '/key', '/missing']) {
    await (await fetch(`${proxy.url}/bucket${path}`)).text();
  }
  await (await fetch(`${proxy.url}/bucket?delete`, { method: 'POST', body: 'four' })).text();
  await (await fetch(`${proxy.url}/key?uploads`, { method: 'POST' })).text();
  expect(proxy.counts()).toEqual(
    new Map([
      ['LIST', 2],
      ['list uploads', 1],
      ['GET', 2],
      ['delete objects', 1],
      ['POST', 1],
    ]),
  );
  expect(proxy.bytes()).toBe(4);
});
