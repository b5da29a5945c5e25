import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A proxy on 127.0.0.1 in front of one port, for any protocol over TCP. */
export interface TcpProxy {
  readonly port: number;
  /** How many pieces of data it has withheld or delayed so far. */
  readonly disturbed: () => number;
  /** Delays every byte by so many milliseconds, in each direction, from now on. */
  setDelay(ms: number): void;
  /** Forwards nothing any more, in both directions: as a network that is cut, it neither refuses nor closes. */
  cut(): void;
  /** Forwards again, beginning with what was withheld. */
  mend(): void;
  close(): Promise<void>;
}

/** Starts a proxy in front of a port of 127.0.0.1. */
export async function startTcpProxy(target: number): Promise<TcpProxy> {
  const sockets = new Set<Socket>();
  const withheld: (() => void)[] = [];
  let isCut = false;
  let delayMs = 0;
  let disturbed = 0;

  /** Does work at once, after the delay, or when the network is mended; always in the order of its calls. */
  const forward = (work: () => void): void => {
    const now = (): void => void (isCut ? withheld.push(work) : work());
    if (isCut || delayMs > 0) disturbed += 1;
    if (delayMs > 0) setTimeout(now, delayMs);
    else now();
  };
  const join = (from: Socket, to: Socket): void => {
    sockets.add(from);
    from.on('data', (data) => forward(() => void to.write(data)));
    from.on('end', () => forward(() => to.end()));
    from.on('error', () => undefined);
    from.on('close', () => {
      sockets.delete(from);
      forward(() => to.destroy());
    });
  };
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
    const onward = connect({ port: target, host: '127.0.0.1', allowHalfOpen: true, noDelay: true });
    join(client, onward);
    join(onward, client);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    disturbed: () => disturbed,
    setDelay: (ms) => void (delayMs = ms),
    cut: () => void (isCut = true),
    mend: () => {
      isCut = false;
      for (const work of withheld.splice(0)) work();
    },
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
