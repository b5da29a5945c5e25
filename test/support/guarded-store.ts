import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ChecksumMeter } from '../../core/checksum.ts';

/** A request that the store was sent; `token` is its session token, or its access key where it has none. */
export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly token: string;
}

/** How a request is refused. The message may repeat what was sent. */
export interface Refusal {
  readonly status: number;
  readonly code: string;
  readonly message?: string;
}

/** An S3 server in memory, path style, that asks a guard about each request; it checks no signature. */
export class GuardedStore {
  readonly seen: SeenRequest[] = [];
  readonly objects = new Map<string, Buffer>();
  /** Says how a request is refused, if it is. */
  guard: (request: SeenRequest) => Refusal | undefined = () => undefined;
  readonly #uploads = new Map<string, Map<number, Buffer>>();
  readonly #server = createServer((request, response) => {
    void this.#answer(request, response).catch(() => response.destroy());
  });

  /** Starts it on 127.0.0.1. */
  async start(): Promise<void> {
    // Refused before its body was sent, as a client asks that sends a large one.
    this.#server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) => {
      if (this.guard(seenOf(request)) === undefined) response.writeContinue();
      this.#server.emit('request', request, response);
    });
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
  }

  get endpoint(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const seen = seenOf(request);
    this.seen.push(seen);
    const refusal = this.guard(seen);
    if (refusal !== undefined) {
      const { status, code, message = '' } = refusal;
      const body = `<Error><Code>${code}</Code><Message>${message}</Message></Error>`;
      // The connection ends: what is left of a body that was refused is not read.
      response.writeHead(status, { 'Content-Type': 'application/xml', Connection: 'close' });
      response.end(request.method === 'HEAD' ? undefined : body);
      return;
    }
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const { status = 200, headers = {}, body } = await this.#carryOut(seen, Buffer.concat(chunks));
    response.writeHead(status, headers).end(body);
  }

  async #carryOut({ method, path, query }: SeenRequest, sent: Buffer): Promise<Answer> {
    const uploadId = query.get('uploadId');
    if (method === 'POST' && query.has('uploads')) {
      const id = String(this.#uploads.size + 1);
      this.#uploads.set(id, new Map());
      return xml(`<InitiateMultipartUploadResult><UploadId>${id}</UploadId></InitiateMultipartUploadResult>`);
    }
    if (uploadId !== null) {
      const parts = this.#uploads.get(uploadId) ?? new Map<number, Buffer>();
      if (method === 'DELETE') return { status: 204 };
      if (method === 'PUT') {
        parts.set(Number(query.get('partNumber')), sent);
        return { headers: { ETag: '"part"' } };
      }
      const whole = Buffer.concat([...parts].toSorted(([a], [b]) => a - b).map(([, part]) => part));
      this.objects.set(path, whole);
      const crc = `<ChecksumCRC64NVME>${await crc64(whole)}</ChecksumCRC64NVME>`;
      return xml(`<CompleteMultipartUploadResult><ETag>"whole"</ETag>${crc}</CompleteMultipartUploadResult>`);
    }
    if (method === 'PUT') {
      this.objects.set(path, sent);
      return { headers: { ETag: '"whole"' } };
    }
    if (method === 'GET' && query.has('list-type'))
      return xml('<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>');
    const object = this.objects.get(path);
    if (method === 'HEAD' && /^\/[^/]+\/?$/.test(path)) return {};
    if (object === undefined) return { ...xml('<Error><Code>NoSuchKey</Code></Error>'), status: 404 };
    return { headers: { ETag: '"whole"', 'x-amz-checksum-crc64nvme': await crc64(object) }, body: object };
  }
}

interface Answer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer | string;
}

function xml(body: string): Answer {
  return { headers: { 'Content-Type': 'application/xml' }, body };
}

async function crc64(bytes: Buffer): Promise<string> {
  const meter = new ChecksumMeter();
  meter.update(bytes);
  return (await meter.finish()).crc64nvme;
}

function seenOf(request: IncomingMessage): SeenRequest {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://store');
  const key = /Credential=([^/]+)/.exec(request.headers.authorization ?? '')?.[1] ?? '';
  const token = request.headers['x-amz-security-token'];
  const { method = '', headers } = request;
  return {
    method,
    path: decodeURIComponent(pathname),
    query: searchParams,
    headers,
    token: String(token ?? key),
  };
}
