import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from '../../core/errors.ts';
import type { ActiveAlert, PrometheusServer } from '../support/prometheus/server.ts';
import type { AlertResult } from './alert-table.ts';
import type { WatchedExport } from './watched-export.ts';

/** How one alert is brought about. */
export interface AlertCase {
  readonly alert: string;
  /** The fault, in the words of docs/operations.md. */
  readonly fault: string;
  /** Causes the fault. Returns a function that ends it. */
  readonly cause: (watched: WatchedExport) => Promise<() => void | Promise<void>>;
}

/** Even a slow machine is done by then. */
const WITHIN_MS = 180_000;
const POLL_MS = 100;

/** Causes the fault of a case, waits until its alert fires, ends the fault, and waits until the alert has cleared. */
export async function observeCase(
  watched: WatchedExport,
  { alert, fault, cause }: AlertCase,
): Promise<AlertResult> {
  const result = { alert, fault };
  try {
    const caused = performance.now();
    const end = await cause(watched);
    const [fired] = await until(watched.prometheus, (alerts) =>
      alerts.some(({ state, labels }) => state === 'firing' && labels['alertname'] === alert),
    );
    const firedAfter = secondsSince(caused);
    const ended = performance.now();
    await end();
    await until(watched.prometheus, (alerts) => !alerts.some(({ labels }) => labels['alertname'] === alert));
    return { ...result, firedAfter, clearedAfter: secondsSince(ended), ...problemIn(fired) };
  } catch (error) {
    return { ...result, problem: messageOf(error) };
  }
}

/**
 * Waits until every worker has been scraped with all its figures, and no alert is pending or firing.
 * @throws an Error that names the alerts that are left
 */
export async function untilQuiet({ prometheus, workers }: WatchedExport): Promise<void> {
  const figures =
    'amplitude_export_ready == 1 and amplitude_export_freshness_seconds and amplitude_export_schedule_overdue_seconds';
  await until(
    prometheus,
    async (alerts) =>
      alerts.length === 0 && (await prometheus.query(figures)).length === workers.targets.length,
  );
}

/** Asks for the alerts until they are as wanted, and returns them. */
async function until(
  prometheus: PrometheusServer,
  isWanted: (alerts: readonly ActiveAlert[]) => boolean | Promise<boolean>,
): Promise<ActiveAlert[]> {
  for (const deadline = performance.now() + WITHIN_MS; ; await sleep(POLL_MS)) {
    const alerts = await prometheus.alerts();
    if (await isWanted(alerts)) return alerts;
    if (performance.now() < deadline) continue;
    const active = alerts.map(({ state, labels }) => `${labels['alertname'] ?? ''} is ${state}`);
    throw new Error(`after ${WITHIN_MS / 1000} s: ${active.join(', ') || 'no alert is active'}`);
  }
}

/** Prometheus puts an error into the text when a template cannot be filled in. */
function problemIn(alert: ActiveAlert | undefined): { problem?: string } {
  const texts = Object.values(alert?.annotations ?? {});
  const wrong = texts.find((text) => /<error|<no value>|%!/.test(text));
  return wrong === undefined ? {} : { problem: `a text of the alert is wrong: ${wrong}` };
}

function secondsSince(startedAt: number): number {
  return (performance.now() - startedAt) / 1000;
}
