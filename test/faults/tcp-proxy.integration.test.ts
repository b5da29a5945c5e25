import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startTcpProxy, type TcpProxy } from './proxy/tcp-proxy.ts';

let echo: Server;
let proxy: TcpProxy;
let client: Socket;
let received: string;

beforeEach(async () => {
  echo = createServer((socket) => void socket.on('error', () => undefined).pipe(socket));
  await once(echo.listen(0, '127.0.0.1'), 'listening');
  proxy = await startTcpProxy((echo.address() as AddressInfo).port);
  client = connect(proxy.port, '127.0.0.1');
  received = '';
  client.setEncoding('utf8').on('data', (text: string) => (received += text));
  await once(client, 'connect');
});
afterEach(async () => {
  client.destroy();
  await proxy.close();
  echo.close();
});

async function echoed(text: string): Promise<number> {
  const startedAt = performance.now();
  client.write(text);
  await expect.poll(() => received).toContain(text);
  return performance.now() - startedAt;
}

describe('the TCP proxy', () => {
  it('forwards in both directions, and the end too', async () => {
    await echoed('one');
    const closed = once(client, 'close');
    client.end('two');
    await closed;
    expect(received).toBe('onetwo');
    expect(proxy.disturbed()).toBe(0);
  });

  it('delays each direction, and keeps the order', async () => {
    proxy.setDelay(100);
    expect(await echoed('one')).toBeGreaterThan(190);
    client.write('two');
    await echoed('three');
    expect(received).toBe('onetwothree');
    expect(proxy.disturbed()).toBeGreaterThanOrEqual(4);
  });

  it('withholds everything while it is cut, and forwards it once it is mended', async () => {
    await echoed('one');
    proxy.cut();
    client.write('two');
    const other = connect(proxy.port, '127.0.0.1');
    await once(other, 'connect');
    await expect.poll(() => proxy.disturbed()).toBeGreaterThan(0);
    expect(received).toBe('one');
    proxy.mend();
    await echoed('three');
    expect(received).toBe('onetwothree');
    other.destroy();
  });
});
