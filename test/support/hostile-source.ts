import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { HourWindow } from '../../core/hour-window.ts';

const EVENTS_LIST = '/api/2/events/list';

/** An Export API that answers each hour as a test sets it, and other hours with 404. */
export interface HostileSource {
  readonly url: string;
  /** Sets the answer to later requests for an hour. */
  answer(window: HourWindow, listener: RequestListener): void;
  /** Sets the answer to later requests for the events list. */
  answerEventsList(listener: RequestListener): void;
  /** The number of requests for an hour. */
  asked(window: HourWindow): number;
  close(): Promise<void>;
}

/** Starts one on 127.0.0.1; it does not check keys. */
export async function startHostileSource(): Promise<HostileSource> {
  const answers = new Map<string, RequestListener>();
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://127.0.0.1');
    const hour = searchParams.get('start') ?? '';
    asked.push(hour);
    const answer = answers.get(pathname === EVENTS_LIST ? EVENTS_LIST : hour);
    if (answer === undefined) response.writeHead(404).end();
    else answer(request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/2/export`,
    answer: (window, listener) => void answers.set(requestForm(window), listener),
    answerEventsList: (listener) => void answers.set(EVENTS_LIST, listener),
    asked: (window) => asked.filter((hour) => hour === requestForm(window)).length,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** An hour in the form of a request: `20260101T05`. */
function requestForm(window: HourWindow): string {
  return window.replaceAll('-', '');
}
