import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Notification } from '../../alerts/notification.ts';

/** Answers one notification; `tries` counts those with its `dedupKey`, from 1. */
type Answer = (told: Notification, tries: number, request: IncomingMessage, response: ServerResponse) => void;

/** A webhook that keeps what it is told. */
export interface TestWebhook {
  /** Its address. */
  readonly url: string;
  /** Every request's body, in their order. */
  readonly told: readonly Notification[];
  /** What was told of the hours that begin with `start`. */
  toldOf(start: string): Notification[];
  close(): void;
}

/** The part of the address that nobody else may know. */
export const WEBHOOK_TOKEN = 'T0TEST9/wh-token-5d0c17';

/** Starts a webhook that answers as the test says. */
export async function startWebhook(
  answer: Answer = (_told, _tries, _request, response) => void response.end('ok'),
): Promise<TestWebhook> {
  const told: Notification[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = JSON.parse(Buffer.concat(chunks).toString()) as Notification;
      told.push(body);
      const tries = told.filter(({ dedupKey }) => dedupKey === body.dedupKey).length;
      answer(body, tries, request, response);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hooks/${WEBHOOK_TOKEN}`,
    told,
    toldOf: (start) => told.filter((body) => body.start === start),
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
