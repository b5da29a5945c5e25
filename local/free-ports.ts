import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';

import { ServerNotStarted } from './errors.ts';

/**
 * Below the range from which Linux (32768 and up) and macOS (49152 and up) take ports for outgoing connections. Any
 * client can take a port of that range before our server binds it, and a client that polls for the server can connect
 * to itself.
 */
const firstPort = 20_000;
const lastPort = 29_999;

/** Ports given out before: their servers may not have bound them yet, so another call must not give them out again. */
const givenOut = new Set<number>();

/**
 * Gives `count` different ports on 127.0.0.1, from 20000 to 29999, that are free at this moment.
 * @throws ServerNotStarted when there are fewer
 */
export async function freePorts(count: number): Promise<number[]> {
  const ports: number[] = [];
  for (let tries = 0; ports.length < count && tries < 1000; tries += 1) {
    const port = randomInt(firstPort, lastPort + 1);
    if (givenOut.has(port)) continue;
    givenOut.add(port);
    if (await isFree(port)) ports.push(port);
  }
  if (ports.length < count) {
    throw new ServerNotStarted(
      `only ${ports.length} of ${count} ports needed on 127.0.0.1 are free between ${firstPort} and ${lastPort}`,
    );
  }
  return ports;
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  try {
    server.listen({ host: '127.0.0.1', port, exclusive: true });
    await once(server, 'listening');
    server.close();
    await once(server, 'close');
    return true;
  } catch {
    return false;
  }
}
