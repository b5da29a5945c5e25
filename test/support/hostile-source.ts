import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { HourWindow } from '../../core/hour-window.ts';

/** An Export API that answers each hour as a test says, and has no data (404) for any other. */
export interface HostileSource {
  readonly url: string;
  /** Sets how requests for an hour are answered from now on. */
  answer(window: HourWindow, listener: RequestListener): void;
  /** How often an hour was asked for. */
  asked(window: HourWindow): number;
  close(): Promise<void>;
}

/** Starts one on 127.0.0.1; who asks need not have keys. */
export async function startHostileSource(): Promise<HostileSource> {
  const answers = new Map<string, RequestListener>();
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const hour = new URL(request.url ?? '', 'http://127.0.0.1').searchParams.get('start') ?? '';
    asked.push(hour);
    const answer = answers.get(hour);
    if (answer === undefined) response.writeHead(404).end();
    else answer(request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/2/export`,
    answer: (window, listener) => void answers.set(spelt(window), listener),
    asked: (window) => asked.filter((hour) => hour === spelt(window)).length,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** An hour as requests spell it: `20260101T05`. */
function spelt(window: HourWindow): string {
  return window.replaceAll('-', '');
}
