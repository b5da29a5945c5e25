import { once } from 'node:events';
import { connect, constants, createSecureServer, type IncomingHttpHeaders } from 'node:http2';
import type { ClientHttp2Session, ServerHttp2Stream } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { readFile } from 'node:fs/promises';
import type { TestAuthority } from './certificates.ts';

const { HTTP2_HEADER_PATH, NGHTTP2_CANCEL } = constants;

/** The name that its certificate must have. */
export const SERVER_NAME = 'temporal.test';

/** gRPC's PERMISSION_DENIED and UNAUTHENTICATED. */
const [DENIED, UNAUTHENTICATED] = [7, 16];

/** What a front demands of its callers, as Temporal Cloud does. */
export interface TemporalFrontRules {
  /** Callers must have a certificate of the authority. */
  readonly clientCertificate?: true;
  /** Callers must send this API key. */
  readonly apiKey?: string;
  /** The front refuses every call of the operator service. */
  readonly noOperatorService?: true;
}

/** A server with TLS in front of a Temporal server without. */
export interface TemporalFront {
  /** What a client or worker needs to reach it, besides what the rules demand. */
  readonly env: Readonly<Record<string, string>>;
  /** How often each call was made and passed on, by its name, such as `QueryWorkflow`. */
  readonly calls: ReadonlyMap<string, number>;
  close(): void;
}

/** Starts a server that takes gRPC calls over TLS, refuses those that break its rules, and passes the others on to `target`. */
export async function startTemporalFront(
  authority: TestAuthority,
  target: string,
  rules: TemporalFrontRules = {},
): Promise<TemporalFront> {
  const calls = new Map<string, number>();
  const { key, cert, file } = authority;
  let upstream = connectTo(target);
  const demandsCertificate = rules.clientCertificate === true;
  const mutual = { ca: await readFile(file), requestCert: true, rejectUnauthorized: true };
  const server = createSecureServer({ key, cert, ...(demandsCertificate && mutual) });
  server.on('tlsClientError', () => undefined);
  server.on('sessionError', () => undefined);
  server.on('stream', (stream, headers) => {
    stream.on('error', () => undefined);
    const path = String(headers[HTTP2_HEADER_PATH]);
    const refusal = refusalOf(rules, path, headers);
    if (refusal !== undefined) {
      stream.respond({ ':status': 200, 'content-type': 'application/grpc', ...refusal }, { endStream: true });
      return;
    }
    const name = path.slice(path.lastIndexOf('/') + 1);
    calls.set(name, (calls.get(name) ?? 0) + 1);
    // A Temporal server ends each connection after some minutes.
    if (upstream.closed || upstream.destroyed) upstream = connectTo(target);
    passOn(stream, headers, upstream);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    env: {
      TEMPORAL_ADDRESS: `127.0.0.1:${(server.address() as AddressInfo).port}`,
      TEMPORAL_TLS_SERVER_NAME: SERVER_NAME,
      TEMPORAL_TLS_SERVER_CA_CERT_PATH: file,
    },
    calls,
    close: () => {
      server.close();
      upstream.destroy();
    },
  };
}

function connectTo(target: string): ClientHttp2Session {
  const session = connect(`http://${target}`);
  session.on('error', () => undefined);
  return session;
}

/** The trailers of a refusal; undefined when the call is allowed. */
function refusalOf(
  { apiKey, noOperatorService }: TemporalFrontRules,
  path: string,
  headers: IncomingHttpHeaders,
): Record<string, string> | undefined {
  if (apiKey !== undefined && headers.authorization !== `Bearer ${apiKey}`)
    return { 'grpc-status': String(UNAUTHENTICATED), 'grpc-message': 'invalid API key' };
  if (noOperatorService === true && path.includes('OperatorService'))
    return { 'grpc-status': String(DENIED), 'grpc-message': 'Request unauthorized.' };
  return undefined;
}

function passOn(stream: ServerHttp2Stream, headers: IncomingHttpHeaders, upstream: ClientHttp2Session): void {
  const { ':authority': _authority, ':scheme': _scheme, ...passed } = headers;
  const onward = upstream.request(passed);
  let trailers: IncomingHttpHeaders = {};
  onward.on('response', ({ ':status': status, ...answer }, flags) => {
    const isOver = (flags & constants.NGHTTP2_FLAG_END_STREAM) !== 0;
    if (!stream.destroyed)
      stream.respond(
        { ':status': status, ...answer },
        isOver ? { endStream: true } : { waitForTrailers: true },
      );
    if (!isOver) onward.pipe(stream);
  });
  onward.on('trailers', (last) => (trailers = last));
  stream.on('wantTrailers', () => stream.sendTrailers(trailers));
  onward.on('error', () => stream.close(NGHTTP2_CANCEL));
  stream.on('aborted', () => onward.close(NGHTTP2_CANCEL));
  stream.pipe(onward);
}
