import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { endProcesses } from '../../local/processes.ts';
import { startStack } from '../../local/stack.ts';
import { untilQuiet } from '../alerts/alert-case.ts';
import { openWatchedExport, type WatchedExport } from '../alerts/watched-export.ts';
import { openBrowser } from '../support/browser.ts';
import { deployedDashboard, type Panel } from '../support/prometheus/deployed.ts';
import { dashboardPage, pageHeight, type FilledPanel, type Shown } from './dashboard-page.ts';

process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';
process.env['no_grpc_proxy'] = '127.0.0.1';

// Part of `npm run screenshots`: exports three days that have faults, and draws the dashboard from what Prometheus saw.
const IMAGE = 'docs/images/dashboard.png';
const DAYS = 3;
const STEP_SECONDS = 2;
const RANGE = '10s';
const PAUSE_MS = 8_000;
/** Alerts do not matter here, so their time passes as it does. */
const FACTOR = 1;

const folder = await mkdtemp(join(tmpdir(), 'amplitude-export-dashboard-'));
let watched: WatchedExport | undefined;
try {
  const stack = await startStack({ dataDir: folder, s3: 'seaweedfs', report: console.log });
  watched = await openWatchedExport(stack, folder, FACTOR, console.log);
  await untilQuiet(watched);
  const startedAt = performance.now();
  await exportWithFaults(watched);
  await draw(watched, (performance.now() - startedAt) / 1000);
} finally {
  await watched?.close();
  await endProcesses();
  await rm(folder, { recursive: true, force: true });
}
// The connections of gRPC's retries would keep the process alive.
process.exit();

/** Exports the newest days in half days, with a pause after each. */
async function exportWithFaults({
  pipeline,
  ledger: { newestHours, hourBeforeDue, remove },
  addFaults,
}: WatchedExport): Promise<void> {
  await remove(newestHours(DAYS * 24 - 1));
  for (let part = DAYS * 2; part > 0; part -= 1) {
    const at = (hours: number): string => hourBeforeDue(part * 12 - 1 - hours);
    addFaults([`${at(1)}=429:3*1`, `${at(3)}=500*3`, `${at(5)}=early-close*2`, `${at(7)}=bad-lines`]);
    if (part % 3 === 0) addFaults([`${at(9)}=403`]);
    const { client, taskQueue } = pipeline;
    const run = await client.workflow.start('exportInterval', {
      workflowId: `${taskQueue}-part-${part}`,
      taskQueue,
      args: [{ start: at(0), end: at(11) }],
    });
    // A run with a failed hour fails.
    await run.result().catch(() => undefined);
    await sleep(PAUSE_MS);
  }
}

/** Draws the last `seconds`. */
async function draw({ prometheus }: WatchedExport, seconds: number): Promise<void> {
  const to = Date.now() / 1000;
  const shown: Shown = { from: to - seconds, to, step: STEP_SECONDS };
  const fill = async (panel: Panel): Promise<FilledPanel> => {
    const lines = (panel.targets ?? []).map(async ({ expr, legendFormat = '' }) => {
      const query = expr.replaceAll('$__rate_interval', RANGE);
      const found = await prometheus.query(query, seconds, STEP_SECONDS);
      return found.map(({ labels, points }) => ({
        name: legendFormat.replaceAll(/\{\{(\w+)\}\}/g, (_, label: string) => labels[label] ?? ''),
        points: points.filter(([, value]) => !Number.isNaN(value)),
      }));
    });
    return { panel, lines: (await Promise.all(lines)).flat() };
  };
  const { title, panels } = deployedDashboard();
  const filled = await Promise.all(panels.map(fill));
  const browser = await openBrowser();
  try {
    const page = await browser.newPage({ viewport: { width: 1312, height: pageHeight(filled) } });
    await page.setContent(dashboardPage(title, filled, shown));
    await page.screenshot({ path: IMAGE });
    console.log(IMAGE);
  } finally {
    await browser.close();
  }
}
