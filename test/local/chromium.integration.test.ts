import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Browser } from 'playwright-core';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';

import { findChromium } from '../../local/binaries/chromium.ts';
import { onPath } from '../../local/binaries/executables.ts';

const isForThisMachine = process.platform === 'linux' && process.arch === 'x64';
/** The fetched Chromium is 70 MB, and takes some seconds to unpack. */
const FETCH_TIMEOUT_MS = 600_000;

let folder: string;
let path: string;
let reported: string[];

/** Every search sees only the files of the test: no PATH but `path`. */
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chromium-test-'));
  path = join(folder, 'bin');
  reported = [];
  await mkdir(path);
  const npm = await onPath('npm');
  vi.stubEnv('PATH', path);
  // npm's own first line looks for node on PATH.
  await symlink(process.execPath, join(path, 'node'));
  await symlink(npm, join(path, 'npm'));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

const report = (line: string) => reported.push(line);

async function program(name: string, script = ''): Promise<string> {
  const file = join(path, name);
  await rm(file, { force: true });
  await writeFile(file, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  return file;
}

async function draw(browser: Browser, style: string): Promise<string> {
  const page = await browser.newPage();
  await page.setContent(`<h1 style="${style}">24 of 24 hours</h1>`);
  const picture = await page.screenshot();
  await page.close();
  return picture.toString('base64');
}

it.each(['chromium', 'chromium-browser', 'google-chrome'])('%s on PATH goes first', async (name) => {
  const installed = await program(name);
  expect(await findChromium(report)).toBe(installed);
  expect(reported).toEqual([]);
});

it.runIf(isForThisMachine)(
  'the fetched Chromium draws text with only npm and node on PATH',
  async () => {
    const executablePath = await findChromium(report);
    expect(executablePath).toMatch(/\/amplitude-export\/chromium-153\.0\.0-linux-x64\/chromium$/);
    const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
    try {
      expect(browser.version()).toMatch(/^153\./);
      expect(await draw(browser, '')).not.toBe(await draw(browser, 'color: white'));
      expect(await draw(browser, 'color: white')).toBe(await draw(browser, 'visibility: hidden'));
    } finally {
      await browser.close();
    }
  },
  FETCH_TIMEOUT_MS,
);

describe('when nothing works, with an empty cache', () => {
  beforeEach(() => vi.stubEnv('XDG_CACHE_HOME', join(folder, 'cache')));

  it.runIf(isForThisMachine)('an archive with another hash is refused', async () => {
    await program(
      'npm',
      `for argument; do :; done; echo other > "\${argument#--pack-destination=}/made.tgz"`,
    );
    await expect(findChromium(report)).rejects.toMatchObject({
      type: 'ToolMissing',
      message: expect.stringMatching(
        /npm \(@sparticuz\/chromium 153\.0\.0\): the archive that npm downloaded has the SHA-512 [\w+/]{86}==, not /,
      ) as string,
    });
    expect(reported).toEqual([
      'Fetching chromium 153.0.0 with npm (package @sparticuz/chromium, about 70 MB, once)',
    ]);
  });

  it.runIf(isForThisMachine)('the error has the message of npm, and what to do', async () => {
    await program('npm', 'echo "npm error network" >&2; exit 1');
    await expect(findChromium(report)).rejects.toThrow(
      /exit code 1: npm error network\nInstall Chromium and put it on PATH as chromium, /,
    );
    await rm(join(path, 'npm'));
    await expect(findChromium(report)).rejects.toThrow('there is no npm on PATH');
  });

  it('the error says that there is no Chromium for another kind of machine', async () => {
    const { arch } = process;
    Object.defineProperty(process, 'arch', { value: 's390x' });
    onTestFinished(() => void Object.defineProperty(process, 'arch', { value: arch }));
    await expect(findChromium(report)).rejects.toThrow(
      `npm (@sparticuz/chromium 153.0.0): the package has no binary for ${process.platform}-s390x`,
    );
  });
});
