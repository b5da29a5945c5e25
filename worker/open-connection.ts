import { setTimeout as sleep } from 'node:timers/promises';
import { IllegalStateError } from '@temporalio/common';
import { NativeConnection, Runtime, type Logger, type TelemetryOptions } from '@temporalio/worker';
import { workerRoute } from '../config/temporal-route.ts';
import { connectTemporal, type TemporalAddress } from '../config/temporal.ts';
import type { SdkMetrics } from './metrics/sdk-metrics.ts';

/** Without it, the SDK waits for ever for a server that accepts a connection and does not answer. */
const ANSWER_TIMEOUT_MS = 10_000;

/**
 * Connects a worker to Temporal. With `metrics`, the SDK keeps its own.
 * @throws TemporalUnreachable, ProxyRefused, ProxyUnavailable
 */
export async function openConnection(
  temporal: TemporalAddress,
  logger: Logger,
  metrics?: SdkMetrics,
  answerTimeoutMs = ANSWER_TIMEOUT_MS,
): Promise<NativeConnection> {
  return connectTemporal(temporal, async (options) => {
    await ensureRuntime(logger, metrics);
    return inTime(NativeConnection.connect({ ...options, ...workerRoute(temporal.route) }), answerTimeoutMs);
  });
}

/**
 * Called before each try: a runtime ends when its only connection fails, and the SDK would make the next one without
 * our logger. After a try that took too long, its connection is still opening and the runtime exists.
 */
async function ensureRuntime(logger: Logger, metrics: SdkMetrics | undefined): Promise<void> {
  try {
    if (metrics === undefined) installRuntime(logger, {});
    else await metrics.installWith((options) => installRuntime(logger, { metrics: options }));
  } catch (error) {
    if (!(error instanceof IllegalStateError)) throw error;
  }
}

function installRuntime(logger: Logger, metrics: Pick<TelemetryOptions, 'metrics'>): void {
  Runtime.install({
    logger,
    // run-workers.ts stops the workers, one after the other.
    shutdownSignals: [],
    // The native part of the SDK would write to stdout, past the logger. Its warnings repeat what our errors say.
    telemetryOptions: { logging: { filter: { core: 'ERROR', other: 'ERROR' }, forward: {} }, ...metrics },
  });
}

async function inTime(connecting: Promise<NativeConnection>, ms: number): Promise<NativeConnection> {
  const answered = new AbortController();
  const tooLate = sleep(ms, undefined, { signal: answered.signal }).then(() => {
    // A connection that opens too late is not used.
    void connecting.then(async (connection) => connection.close()).catch(() => undefined);
    throw new Error(`no answer within ${ms / 1000} s`);
  });
  try {
    return await Promise.race([connecting, tooLate]);
  } finally {
    tooLate.catch(() => undefined);
    answered.abort();
  }
}
