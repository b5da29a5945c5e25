import { chromium, type Browser } from 'playwright-core';
import { findChromium } from '../../local/binaries/chromium.ts';

/** Starts a Chromium without a window. It runs as root too, hence without a sandbox: it is shown our own pages only. */
export async function openBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: await findChromium(console.log), args: ['--no-sandbox'] });
}
