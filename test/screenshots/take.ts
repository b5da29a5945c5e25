import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Page } from 'playwright-core';
import { startDemoStack } from '../../local/demo-stack.ts';
import { endProcesses } from '../../local/processes.ts';
import { openBrowser } from '../support/browser.ts';
import { runVerb } from '../support/command-line.ts';

process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';

// `npm run screenshots`: runs a demo, and renews the pictures of docs/ from it.
const IMAGES = 'docs/images';
const DATE = '2026-01-01';
const BACKFILL = ['--from', '2025-12-29', '--to', '2026-01-02'];

const folder = await mkdtemp(join(tmpdir(), 'amplitude-export-screenshots-'));
const browser = await openBrowser();
try {
  const { uiUrl, env } = await startDemoStack(folder, DATE, console.log);
  await verb(['setup']);
  await verb(['run', '--from', DATE, '--to', DATE]);
  await verb(['backfill', ...BACKFILL, '--concurrency', '8']);
  const report = join(folder, 'status.html');
  await verb(['status', '--from', '2025-12-28', '--to', '2026-01-03', '--html', report]);

  await mkdir(IMAGES, { recursive: true });
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 }, deviceScaleFactor: 1 });
  await page.goto(`${pathToFileURL(report).href}#${DATE}T17`);
  await take(page, 'status-report');
  const workflows = `${uiUrl}/namespaces/default/workflows`;
  await openTab(page, `${workflows}/amplitude-export-${DATE}T00-to-${DATE}T23`, 'Event History');
  await page.getByText('Workflow Execution Completed').first().waitFor();
  await page.getByText('Compact').first().click();
  await page.getByText('extract').nth(3).scrollIntoViewIfNeeded();
  await take(page, 'web-ui-run');
  const backfill = `${workflows}/amplitude-export-backfill-missing-2025-12-29T00-to-2026-01-02T23`;
  await openTab(page, backfill, 'User Metadata');
  await page.locator('iframe').last().contentFrame().getByText('are skipped').waitFor();
  await take(page, 'web-ui-backfill');

  async function verb(args: readonly string[]): Promise<void> {
    const { code, err } = await runVerb(args, env);
    if (code !== 0) throw new Error(`${args.join(' ')} ended with ${code}: ${err}`);
  }
} finally {
  await browser.close();
  await endProcesses();
  await rm(folder, { recursive: true, force: true });
}

async function openTab(page: Page, address: string, tab: string): Promise<void> {
  await page.goto(address);
  await page.getByText(tab).first().click();
}

async function take(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: `${IMAGES}/${name}.png` });
  console.log(`${IMAGES}/${name}.png`);
}
