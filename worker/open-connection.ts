import { setTimeout as sleep } from 'node:timers/promises';
import { IllegalStateError } from '@temporalio/common';
import { NativeConnection, Runtime } from '@temporalio/worker';
import { workerRoute } from '../config/temporal-route.ts';
import { connectTemporal, type TemporalAddress } from '../config/temporal.ts';
import type { Redact } from '../core/redact.ts';
import { workerLogger } from './logger.ts';

/** The SDK would wait for ever for a server that takes a connection and says nothing. */
const ANSWER_WITHIN_MS = 10_000;

/** Connects a worker to Temporal. @throws TemporalUnreachable, ProxyRefused, ProxyUnavailable */
export async function openConnection(
  temporal: TemporalAddress,
  redact: Redact,
  answerWithinMs = ANSWER_WITHIN_MS,
): Promise<NativeConnection> {
  return connectTemporal(temporal, async (options) => {
    installRuntime(redact);
    return inTime(NativeConnection.connect({ ...options, ...workerRoute(temporal.route) }), answerWithinMs);
  });
}

/**
 * Before each try: a runtime whose only connection fails ends, and the SDK would make the next one without our logger. One
 * whose connection is still being made, from a try that took too long, is there already.
 */
function installRuntime(redact: Redact): void {
  try {
    Runtime.install({
      logger: workerLogger(redact),
      // Its native half would write to stdout, past the logger; its warnings say what errors say again.
      telemetryOptions: { logging: { filter: { core: 'ERROR', other: 'ERROR' }, forward: {} } },
    });
  } catch (error) {
    if (!(error instanceof IllegalStateError)) throw error;
  }
}

async function inTime(connecting: Promise<NativeConnection>, ms: number): Promise<NativeConnection> {
  const answered = new AbortController();
  const tooLate = sleep(ms, undefined, { signal: answered.signal }).then(() => {
    // One that is made after all is nobody's.
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
