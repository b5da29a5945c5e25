import type { ActivityInterceptorsFactory, InjectedSinks, Logger } from '@temporalio/worker';
import type { OpenTelemetrySinks } from '@temporalio/interceptors-opentelemetry';
import type { Redact } from '../../core/redact.ts';
import { messageOf } from '../../core/errors.ts';
import { tracedBundlePath } from '../workflow-bundle.ts';

/** What a worker needs to trace its runs. */
export interface Tracing {
  readonly bundlePath: string;
  readonly activityInterceptor: ActivityInterceptorsFactory;
  readonly sinks: InjectedSinks<OpenTelemetrySinks>;
  /** Sends the spans that are left. Never throws. */
  close(): Promise<void>;
}

const ignore = (): void => undefined;

/** How long a worker that ends waits for its last spans to be sent, in milliseconds. */
const CLOSE_WITHIN_MS = 5_000;

/**
 * Opens tracing if the environment names a collector; undefined otherwise. The exporter reads the other variables of
 * OpenTelemetry itself. Spans that cannot be sent are dropped, with a warning.
 * Source: OpenTelemetry, "Environment Variable Specification" and "OpenTelemetry Protocol Exporter".
 */
export async function openTracing(
  env: NodeJS.ProcessEnv,
  logger: Logger,
  redact: Redact,
): Promise<Tracing | undefined> {
  const endpoint = env['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT'] ?? env['OTEL_EXPORTER_OTLP_ENDPOINT'] ?? '';
  if (endpoint.trim() === '' || env['OTEL_SDK_DISABLED']?.toLowerCase() === 'true') return undefined;
  // Loaded here, since few workers need them.
  const [{ diag, DiagLogLevel }, contexts, { OTLPTraceExporter }, resources, sdk, official] =
    await Promise.all([
      import('@opentelemetry/api'),
      import('@opentelemetry/context-async-hooks'),
      import('@opentelemetry/exporter-trace-otlp-http'),
      import('@opentelemetry/resources'),
      import('@opentelemetry/sdk-trace-base'),
      import('@temporalio/interceptors-opentelemetry'),
    ]);
  const warn = (...said: unknown[]): void =>
    logger.warn('spans were not sent', { reason: redact(said.map(reasonOf).join(' ')) });
  diag.setLogger(
    { error: warn, warn, info: ignore, debug: ignore, verbose: ignore },
    { logLevel: DiagLogLevel.ERROR },
  );
  const resource = new resources.Resource({ 'service.name': 'amplitude-export' }).merge(
    resources.detectResourcesSync({ detectors: [resources.envDetectorSync] }),
  );
  const processor = new sdk.BatchSpanProcessor(new OTLPTraceExporter());
  const provider = new sdk.BasicTracerProvider({ resource, spanProcessors: [processor] });
  // The interceptors take the parent of a span from the context, and pass it on in the form that this registers.
  provider.register({ contextManager: new contexts.AsyncLocalStorageContextManager() });
  const tracer = provider.getTracer('amplitude-export');
  return {
    bundlePath: tracedBundlePath,
    activityInterceptor: (context) => ({
      inbound: new official.OpenTelemetryActivityInboundInterceptor(context, { tracer }),
      outbound: new official.OpenTelemetryActivityOutboundInterceptor(context),
    }),
    sinks: { exporter: official.makeWorkflowExporter(processor, resource) },
    close: async () => {
      await Promise.race([
        provider.shutdown().catch(warn),
        new Promise((resolve) => setTimeout(resolve, CLOSE_WITHIN_MS).unref()),
      ]);
    },
  };
}

/** OpenTelemetry passes an error on as JSON, with its stack. */
function reasonOf(said: unknown): string {
  try {
    const { message } = JSON.parse(String(said)) as { readonly message?: unknown };
    if (typeof message === 'string') return message;
  } catch {
    // It is no JSON.
  }
  return messageOf(said);
}
