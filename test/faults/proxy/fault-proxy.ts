import { once } from 'node:events';
import { Agent, createServer, request as send, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { readCall } from './calls.ts';
import type { Disruption, Phase, Rule } from './disruptions.ts';

/** A proxy on 127.0.0.1 in front of one server. */
export interface FaultProxy {
  /** The address of the proxy, with the target's path. */
  readonly url: string;
  close(): Promise<void>;
}

interface Answer {
  readonly status: number;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly body: Buffer;
}

/** Hop-by-hop headers, and `expect`, which the proxy has already answered. */
const NOT_FORWARDED = ['connection', 'keep-alive', 'transfer-encoding', 'expect'];

/**
 * Starts a proxy that forwards requests to the server of `target`, an address with or without a path, or disrupts them by
 * the rule. It reads bodies completely, so that it can stop at any point of them. Signatures stay valid, because the
 * `Host` header is not changed.
 */
export async function startFaultProxy(target: string, rule: Rule): Promise<FaultProxy> {
  const { hostname, port, pathname } = new URL(target);
  // The server may close a kept-alive connection just when it is used again: that would be an extra fault.
  const agent = new Agent({ keepAlive: false });

  /** Forwards a request; `half` runs once half of its body is sent. Returns undefined when `half` drops the request. */
  async function forward(
    request: IncomingMessage,
    body: Buffer,
    half?: () => Promise<'drop' | 'go on'>,
  ): Promise<Answer | undefined> {
    const headers = forwardedHeaders(request.headers);
    if (body.length > 0) headers['content-length'] = String(body.length);
    const onward = send({ hostname, port, agent, headers, method: request.method, path: request.url });
    // `answered` rejects on a failure before the answer; a later failure does not matter.
    onward.on('error', () => undefined);
    const answered = once(onward, 'response');
    if (half === undefined) {
      onward.end(body);
    } else {
      answered.catch(() => undefined);
      onward.write(body.subarray(0, body.length / 2));
      if ((await half()) === 'drop') {
        onward.destroy();
        return undefined;
      }
      onward.end(body.subarray(body.length / 2));
    }
    // When the client has gone, a GET is dropped: making its answer would delay the next one. Other requests are still
    // carried out.
    const leave = (): void => void onward.destroy();
    if (request.method === 'GET') request.socket.once('close', leave);
    try {
      const [answer] = (await answered) as [IncomingMessage];
      return {
        status: answer.statusCode ?? 0,
        headers: forwardedHeaders(answer.headers),
        body: await buffer(answer),
      };
    } finally {
      request.socket.off('close', leave);
    }
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await buffer(request);
    const disruption = rule(readCall(request.method ?? '', request.url ?? '', body));
    switch (disruption?.kind) {
      case undefined:
        return reply(response, await forward(request, body));
      case 'answer':
        return reply(response, errorAnswer(disruption));
      case 'reset':
        return drop(request);
      case 'silence':
        return;
      case 'lost answer':
        await forward(request, body);
        return drop(request);
      case 'altered byte':
        return reply(response, await forward(request, withOneByteAltered(body)));
      case 'interrupt':
        return interrupt(request, response, body, disruption);
    }
  }

  async function interrupt(
    request: IncomingMessage,
    response: ServerResponse,
    body: Buffer,
    { phase, act }: Disruption & { kind: 'interrupt' },
  ): Promise<void> {
    const stops = async (at: Phase): Promise<boolean> => phase === at && (await act()) === 'drop';
    if (await stops('before')) return drop(request);
    const inBody = phase === 'during' && body.length > 0;
    const answer = await forward(request, body, inBody ? act : undefined);
    if (answer === undefined || (await stops('after'))) return drop(request);
    if (phase === 'during' && !inBody) return replyInHalves(request, response, answer, act);
    reply(response, answer);
    if (phase === 'afterwards') await act();
  }

  const server = createServer((request, response) => {
    // The requests of a killed client end early, and it reads no answers.
    handle(request, response).catch(() => drop(request));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${pathname === '/' ? '' : pathname}`,
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      agent.destroy();
      await closed;
    },
  };
}

function forwardedHeaders(headers: NodeJS.Dict<string | string[]>): NodeJS.Dict<string | string[]> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !NOT_FORWARDED.includes(name)));
}

function reply(response: ServerResponse, answer: Answer | undefined): void {
  if (answer !== undefined) response.writeHead(answer.status, answer.headers).end(answer.body);
}

async function replyInHalves(
  request: IncomingMessage,
  response: ServerResponse,
  { status, headers, body }: Answer,
  act: () => Promise<'drop' | 'go on'>,
): Promise<void> {
  response.writeHead(status, headers).write(body.subarray(0, body.length / 2));
  if ((await act()) === 'drop') drop(request);
  else response.end(body.subarray(body.length / 2));
}

function drop({ socket }: IncomingMessage): void {
  socket.resetAndDestroy();
}

function errorAnswer({ status, code }: { readonly status: number; readonly code: string }): Answer {
  const text = `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>injected</Message></Error>`;
  return { status, headers: { 'content-type': 'application/xml' }, body: Buffer.from(text) };
}

function withOneByteAltered(body: Buffer): Buffer {
  const altered = Buffer.from(body);
  const middle = Math.floor(body.length / 2);
  altered[middle] = (altered[middle] ?? 0) ^ 1;
  return altered;
}
