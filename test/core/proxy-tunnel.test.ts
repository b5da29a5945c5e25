import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { HttpProxy } from '../../core/proxies.ts';
import { openTunnel } from '../../core/proxy-agents.ts';
import { startHttpProxy } from '../support/http-proxy.ts';

it('a tunnel carries bytes that the server sends before the client', async () => {
  const server = createServer((socket) => void socket.end('220 ready'));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const proxy = await startHttpProxy();
  onTestFinished(async () => {
    server.close();
    await proxy.close();
  });
  const { port } = server.address() as AddressInfo;
  const tunnel = await openTunnel(
    new HttpProxy('HTTPS_PROXY', new URL(`http://${proxy.host}`)),
    `a.test:${port}`,
  );
  expect(String(await once(tunnel, 'data'))).toBe('220 ready');
});

it('a proxy that does not answer is reported, and its connection closed', async () => {
  const server = createServer();
  const gone = once(server, 'connection').then(([socket]) => once(socket.resume(), 'close'));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const proxy = new HttpProxy('HTTPS_PROXY', new URL(`http://127.0.0.1:${port}`));
  await expect(openTunnel(proxy, 'a.test:443', 50)).rejects.toMatchObject({
    type: 'ProxyUnavailable',
    message: expect.stringContaining(
      `the proxy 127.0.0.1:${port} (set in HTTPS_PROXY): no answer for 0.05 s`,
    ) as unknown,
  });
  await gone;
});

it.each(['keeps the connection open', 'resets the connection'])(
  'the connection of a proxy that refuses and %s is closed',
  async (how) => {
    const server = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.once('data', () => {
        socket.write('HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n');
        if (how.startsWith('resets')) setImmediate(() => socket.resetAndDestroy());
      });
    });
    const gone = once(server, 'connection').then(([socket]) => once(socket, 'close'));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo;
    const proxy = new HttpProxy('HTTPS_PROXY', new URL(`http://127.0.0.1:${port}`));
    await expect(openTunnel(proxy, 'a.test:443')).rejects.toMatchObject({ type: 'ProxyRefused' });
    await gone;
  },
);
