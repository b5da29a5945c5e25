import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text as readText } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';

/** A span as the tests look at it. */
export interface Span {
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string | undefined;
  readonly failed: boolean;
  readonly attributes: Readonly<Record<string, string>>;
}

/** A collector of OpenTelemetry that keeps what it gets. */
export interface Collector {
  readonly url: string;
  readonly spans: readonly Span[];
  /** The names of the services that have sent spans. */
  readonly services: ReadonlySet<string>;
  /** The headers of each request. */
  readonly headers: readonly IncomingHttpHeaders[];
  /** Waits until a span of this name was sent. */
  hasSpan(name: string): Promise<void>;
  /** All that was sent. */
  text(): string;
  /** From now on every request is refused, with its token in the answer. */
  refuse(): void;
  close(): Promise<void>;
}

interface Attribute {
  readonly key: string;
  readonly value: { readonly stringValue?: string };
}

/** The part of an export request that the tests look at. Source: OpenTelemetry Protocol, JSON encoding. */
interface ExportRequest {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly Attribute[] };
    readonly scopeSpans: readonly {
      readonly spans: readonly {
        readonly name: string;
        readonly traceId: string;
        readonly spanId: string;
        readonly parentSpanId?: string;
        readonly status?: { readonly code?: number };
        readonly attributes: readonly Attribute[];
      }[];
    }[];
  }[];
}

const STATUS_ERROR = 2;

/** Starts a collector on a free port of 127.0.0.1. */
export async function startCollector(): Promise<Collector> {
  const spans: Span[] = [];
  const services = new Set<string>();
  const headers: IncomingHttpHeaders[] = [];
  const bodies: string[] = [];
  let refuses = false;
  const server = createServer((request, response) => {
    void readText(request).then((body) => {
      headers.push(request.headers);
      if (refuses) {
        response.writeHead(400).end(`who is ${String(request.headers['x-token'])}?`);
        return;
      }
      bodies.push(body);
      for (const { resource, scopeSpans } of (JSON.parse(body) as ExportRequest).resourceSpans) {
        services.add(textsOf(resource.attributes)['service.name'] ?? '');
        for (const span of scopeSpans.flatMap((scope) => scope.spans)) {
          const { name, traceId, spanId, parentSpanId, status, attributes } = span;
          const failed = status?.code === STATUS_ERROR;
          spans.push({
            name,
            traceId,
            spanId,
            parentSpanId: parentSpanId || undefined,
            failed,
            attributes: textsOf(attributes),
          });
        }
      }
      response.writeHead(200, { 'Content-Type': 'application/json' }).end('{}');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spans,
    services,
    headers,
    hasSpan: async (name) => {
      while (!spans.some((span) => span.name === name)) await pause(100);
    },
    text: () => bodies.join('\n'),
    refuse: () => void (refuses = true),
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

function textsOf(attributes: readonly Attribute[]): Readonly<Record<string, string>> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, value.stringValue ?? '']));
}
