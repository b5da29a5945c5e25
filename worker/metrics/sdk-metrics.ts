import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import type { TelemetryOptions } from '@temporalio/worker';

const ANSWER_WITHIN_MS = 2_000;

/**
 * The metrics of Temporal's SDK. Its native part can only serve them itself: here on a free port of 127.0.0.1, from which
 * `text` reads them.
 */
export class SdkMetrics {
  #address: string | undefined;

  /**
   * Passes options for another runtime of the SDK to `install`, with a port of its own: the runtime before may not have
   * ended. They count only if `install` does not throw.
   */
  async installWith(install: (options: NonNullable<TelemetryOptions['metrics']>) => void): Promise<void> {
    const address = `127.0.0.1:${await freePort()}`;
    install({
      attachServiceName: false,
      prometheus: {
        bindAddress: address,
        countersTotalSuffix: true,
        unitSuffix: true,
        useSecondsForDurations: true,
      },
    });
    this.#address = address;
  }

  /** The metrics in Prometheus' text format; empty before the SDK has some, and when it gives no answer. */
  async text(): Promise<string> {
    if (this.#address === undefined) return '';
    try {
      const answer = await fetch(`http://${this.#address}/metrics`, {
        signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
      });
      return answer.ok ? await answer.text() : '';
    } catch {
      return '';
    }
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen({ host: '127.0.0.1', port: 0 });
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
