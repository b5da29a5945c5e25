import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { createServer as createHttp2Server } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { secrets } from '../pipeline.ts';
import { basicToken, webhookPath } from './keys.ts';

/** A running server: its host and port, and how to close it. */
export interface Echo {
  readonly address: string;
  close(): void;
}

/** The credentials of a request in every form, as a text that a source may answer. */
export function echoOf({ headers }: IncomingMessage): string {
  const { AMP_API_KEY: key, AMP_SECRET_KEY: secret } = secrets;
  return [headers.authorization, encodeURIComponent(basicToken), `https://${key}:${secret}@host`].join(' ');
}

/** An answer that repeats the request's credentials in its body and headers. */
export function echoes(status: number, headers: Readonly<Record<string, string>> = {}): RequestListener {
  return (request, response) => {
    const said = echoOf(request);
    const repeated = { 'WWW-Authenticate': said, 'Set-Cookie': said, Server: said, Location: said };
    response.writeHead(status, said, { ...repeated, ...headers }).end(`<p>${said}</p>`);
  };
}

const refusals: Readonly<Record<string, readonly [status: number, code: string]>> = {
  missing: [404, 'NoSuchBucket'],
  denied: [403, 'SignatureDoesNotMatch'],
  expired: [400, 'ExpiredToken'],
  unavailable: [503, 'SlowDown'],
  checksum: [400, 'BadDigest'],
};

/** The bucket whose storage accepts everything but conditional writes and multipart uploads. */
const UNSUITABLE = 'unsuitable';

/**
 * A storage that refuses every request and repeats it in the message. The bucket's name selects the error code; for an
 * unknown name even the code repeats the request.
 */
export async function startEchoingStorage(): Promise<Echo> {
  const texts = new Map<string, string>();
  const server = createServer((request, response) => {
    const sent = JSON.stringify(request.headers).replaceAll('"', ' ');
    const bucket = request.url?.split(/[/?]/)[1] ?? '';
    const isRefused = request.method === 'POST' || request.headers['if-none-match'] !== undefined;
    if (bucket === UNSUITABLE && !isRefused) {
      takeAsStore(request, response, texts);
      return;
    }
    const [status, code] =
      bucket === UNSUITABLE ? [501, 'NotImplemented'] : (refusals[bucket] ?? [403, sent]);
    const body = `<Error><Code>${code}</Code><Message>${sent}</Message><StringToSign>${sent}</StringToSign></Error>`;
    response.writeHead(status, { 'Content-Type': 'application/xml' }).end(body);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { address: `127.0.0.1:${(server.address() as AddressInfo).port}`, close: () => void server.close() };
}

/** Stores and returns texts; its listings are empty. */
function takeAsStore(request: IncomingMessage, response: ServerResponse, texts: Map<string, string>): void {
  const path = String(request.url).split('?')[0] ?? '';
  if (request.method !== 'PUT') {
    const text = texts.get(path) ?? '<ListBucketResult></ListBucketResult>';
    response.writeHead(200, { ETag: '"1"' }).end(request.method === 'GET' ? text : '');
    return;
  }
  texts.set(path, '');
  request.on('data', (chunk: Buffer) => texts.set(path, `${texts.get(path)}${chunk.toString()}`));
  request.on('end', () => response.writeHead(200).end());
}

/** A Temporal server that refuses every call and repeats the call's headers. */
export async function startEchoingTemporal(): Promise<Echo> {
  const server = createHttp2Server();
  server.on('stream', (stream, headers) => {
    const said = encodeURIComponent(`who is ${headers.authorization}, ${String(headers['x-token'])}?`);
    const trailers = { 'grpc-status': '16', 'grpc-message': said };
    stream.respond({ ':status': 200, 'content-type': 'application/grpc', ...trailers }, { endStream: true });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { address: `127.0.0.1:${(server.address() as AddressInfo).port}`, close: () => void server.close() };
}

/** A webhook that repeats each request in its answer, and keeps the bodies that it got. */
export interface EchoingWebhook extends Echo {
  /** The address that refuses every notification. */
  readonly url: string;
  /** The address that cannot take one now. */
  readonly busyUrl: string;
  readonly bodies: readonly string[];
}

/** Starts a webhook. */
export async function startEchoingWebhook(): Promise<EchoingWebhook> {
  const bodies: string[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      bodies.push(Buffer.concat(chunks).toString());
      const said = `http://${request.headers.host}${request.url}`;
      const headers = { Location: said, Server: said, 'X-Said': said };
      response.writeHead(request.url === webhookPath ? 403 : 500, said, headers).end(said);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const url = `http://${address}${webhookPath}`;
  return { address, url, busyUrl: `${url}&busy`, bodies, close: () => void server.close() };
}
