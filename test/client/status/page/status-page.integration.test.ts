import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { statusPage } from '../../../../client/status/page/status-page.ts';
import type { LedgerStatus } from '../../../../client/status/ledger-status.ts';
import { openBrowser } from '../../../support/browser.ts';
import { temporaryFolder } from '../../../support/s3.ts';
import { statusWith } from '../../../support/status-with.ts';

const HOSTILE = `</script><script>window.hacked = 1</script><img src=x onerror="window.hacked = 1">'"&`;
const HOUR = '2026-01-01T05';

const folder = temporaryFolder();
const mixed = statusWith('2026-01-01T00', '2026-01-03T23', '2026-01-03T12', (window) => {
  if (window === HOUR) return { events: 12_345, rejected: 2, workflowId: HOSTILE, createdAt: HOSTILE };
  if (window === '2026-01-01T06') return 'failed';
  if (window === '2026-01-03T02') return { rejected: 1, outsideWindow: 40 };
  if (window === '2026-01-01T07') return 'unreadable';
  if (window.startsWith('2026-01-02')) return 'missing';
  return window > '2026-01-03T12' ? 'not due' : 'complete';
});

let browser: Browser;
let page: Page;
/** Every complaint of the browser, and every address that it requested. */
let complaints: string[];
let requests: string[];

beforeAll(async () => {
  browser = await openBrowser();
  // On a machine without a browser, one is downloaded first.
}, 600_000);
afterAll(() => browser?.close());
afterEach(() => page.close());

async function open(status: LedgerStatus, hash = '', ledger = 'lake/amplitude'): Promise<void> {
  const file = join(await folder, 'status.html');
  const ui = { temporalUiUrl: 'http://localhost:8233', namespace: 'default' };
  await writeFile(file, statusPage(status, { ...ui, ledger, madeAt: new Date('2026-01-03T15:00:00Z') }));
  page = await browser.newPage();
  complaints = [];
  requests = [];
  page.on('console', (message) => complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('request', (request) => requests.push(request.url()));
  await page.goto(`${pathToFileURL(file).href}${hash}`);
}

async function click(hour: string): Promise<void> {
  await page.click(`#map [data-hour="${hour}"]`);
  await untilShown(hour);
}

/** The page forbids eval, so Playwright cannot wait for an expression. */
async function untilShown(hour: string): Promise<void> {
  await page.locator('#hour h3', { hasText: hour }).waitFor();
}

async function textOf(selector: string): Promise<string> {
  return page.$eval(selector, (element) => String(element.textContent));
}

describe('the status page in a browser', () => {
  it('opens from a file without a request or a complaint', async () => {
    await open(mixed);
    expect(complaints).toEqual([]);
    expect(requests).toHaveLength(1);
    expect(await page.title()).toBe('lake/amplitude: 2026-01-01T00 to 2026-01-03T23');
  });

  it('has a cell for each hour, with its state and a tooltip', async () => {
    await open(mixed);
    expect(await page.$$('#map [data-hour]')).toHaveLength(72);
    expect(await textOf(`[data-hour="${HOUR}"] title`)).toBe(
      `${HOUR} rejected, 12,345 events, 2 lines rejected`,
    );
    expect(await page.$$('#map .missing')).toHaveLength(24);
    expect(await page.$$('#map .not-due')).toHaveLength(11);
  });

  it('shows the details of the hour that is clicked, with a link to its run', async () => {
    await open(mixed);
    await click(HOUR);
    const details = await textOf('#hour');
    expect(details).toContain(`${HOUR} (UTC): rejected`);
    expect(details).toContain('Events12,345');
    expect(details).toContain('Rejected lines2');
    expect(details).toContain('Size1.0 kB');
    const href = await page.$eval('#hour a', (link) => String(link.getAttribute('href')));
    expect(href).toBe(
      `http://localhost:8233/namespaces/default/workflows/${encodeURIComponent(HOSTILE)}/some-run/history`,
    );
    await click('2026-01-01T07');
    expect(await textOf('#hour')).toContain('cannot read 2026-01-01T07');
    expect(await page.$('#hour a')).toBeNull();
  });

  it('shows an hour with events of other hours, also when it has rejected lines', async () => {
    await open(mixed, '#2026-01-03T02');
    expect(await page.$$('#map .outside-window')).toHaveLength(1);
    expect(await textOf('[data-hour="2026-01-03T02"] title')).toBe(
      '2026-01-03T02 outside window, 100 events, 40 of other hours, 1 lines rejected',
    );
    expect(await textOf('#hour')).toContain('2026-01-03T02 (UTC): outside window');
    expect(await textOf('#hour')).toContain('Events of other hours40');
    expect(await textOf('main')).toContain('Rejected lines3hours with any: 2');
    expect(await textOf('main')).toContain('Events of other hours40hours with any: 1');
  });

  it('follows the arrow keys, and stays within the interval', async () => {
    // Where Tab leads while an hour is chosen differs from one version of Chromium to another.
    await open(mixed);
    await page.keyboard.press('Tab');
    await page.keyboard.press('ArrowDown');
    await untilShown('2026-01-03T23');
    await click(HOUR);
    await page.keyboard.press('ArrowDown');
    await untilShown('2026-01-01T06');
    await page.keyboard.press('ArrowRight');
    await untilShown('2026-01-02T06');
    await page.keyboard.press('ArrowUp');
    await untilShown('2026-01-02T05');
    await page.keyboard.press('ArrowLeft');
    await untilShown(HOUR);
    await page.keyboard.press('ArrowLeft');
    expect(await textOf('#hour h3')).toContain(HOUR);
  });

  it('shows the hour that its address names, as the table of hours that need attention links to them', async () => {
    await open(mixed, '#2026-01-01T06');
    expect(await textOf('#hour h3')).toBe('2026-01-01T06 (UTC): failed');
    const rows = await page.$$eval('tbody tr', (found) => found.map((row) => String(row.textContent)));
    expect(rows).toEqual([
      expect.stringMatching(/^unreadable2026-01-01T07\s.*cannot read 2026-01-01T07.*aws s3 mv/s),
      expect.stringMatching(/^failed2026-01-01T06\s/),
      expect.stringMatching(
        /^missing2026-01-02T00 to 2026-01-02T23\n240\n00amplitude-export run --from 2026-01-02T00 --to 2026-01-02T23$/,
      ),
      expect.stringMatching(
        /^outside window2026-01-03T02\n1100\n401readers .* --to 2026-01-03T02 --reprocess$/s,
      ),
      expect.stringMatching(/^rejected2026-01-01T05\s/),
    ]);
    await page.click('tbody tr:last-child a');
    await untilShown(HOUR);
  });

  it('treats no text as markup or script', async () => {
    await open(mixed, `#${HOUR}`, HOSTILE);
    expect(await textOf('h1')).toBe(HOSTILE);
    expect(await textOf('#hour')).toContain(HOSTILE);
    expect(await page.evaluate('window.hacked')).toBeUndefined();
    expect(await page.$$('img')).toEqual([]);
    expect(complaints).toEqual([]);
  });

  it('does not run a script that gets past the escaping', async () => {
    await open(mixed);
    await page.evaluate(
      `document.body.append(Object.assign(document.createElement('script'), { textContent: 'window.hacked = 1' }))`,
    );
    expect(await page.evaluate('window.hacked')).toBeUndefined();
    expect(complaints.join('\n')).toContain('Content Security Policy');
  });

  it.each(['light', 'dark'] as const)('is readable in %s: text and page differ', async (value) => {
    await open(mixed);
    await page.emulateMedia({ colorScheme: value });
    const [text, ground] = (await page.evaluate(
      '(({ color, backgroundColor }) => [color, backgroundColor].map((rgb) => Number(/\\d+/.exec(rgb)[0])))(getComputedStyle(document.body))',
    )) as [number, number];
    expect(Math.abs(text - ground)).toBeGreaterThan(150);
    expect(text < ground).toBe(value === 'light');
  });

  it('has labels for elements that are not text', async () => {
    await open(mixed);
    const names = await page.$$eval('svg, section', (all) =>
      all.map((one) => one.getAttribute('aria-label')),
    );
    expect(names).toHaveLength(4);
    expect(names.every(Boolean)).toBe(true);
    expect(await textOf(`#map [data-hour="${HOUR}"] title`)).toContain(`${HOUR} rejected, 12,345 events`);
  });

  it('says so when nothing needs attention', async () => {
    await open(statusWith('2026-01-01T05', '2026-01-01T05', '2026-01-02T00', () => 'complete'));
    const said = await textOf('main');
    expect(said).toContain('No line was rejected.');
    expect(said).toContain('Nothing: every due hour has landed');
    expect(said).toContain('100 %');
  });

  it('draws a year', async () => {
    await open(statusWith('2025-01-01T00', '2025-12-31T23', '2026-01-02T00', () => 'complete'));
    expect(await page.locator('#map [data-hour]').count()).toBe(8760);
    await click('2025-07-14T12');
    expect(complaints).toEqual([]);
  });
});
