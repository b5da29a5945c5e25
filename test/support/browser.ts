import { chromium, type Browser } from 'playwright-core';
import { findChromium } from '../../local/binaries/chromium.ts';

/** Starts a Chromium without a window. It has no sandbox, so that it runs as root too; it opens only our own pages. */
export async function openBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: await findChromium(console.log), args: ['--no-sandbox'] });
}
