import { mkdir, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { stopwatch, type Report } from '../report.ts';
import { intoCache, type PinnedBinary } from './cached-binary.ts';
import { onPath } from './executables.ts';
import { runToEnd } from './run-to-end.ts';

/** A package of Debian, or of a distribution that is made from it. */
export interface DebianPackage {
  /** The package's name: `prometheus`. */
  name: string;
  /** Size of package and lists of packages in MB, for people. */
  megabytes: number;
}

/**
 * Fetches a package with apt, in the version of this machine's distribution, whose signature apt checks, and lets
 * `install` make the binary in the cache from the folder of its unpacked files. Nothing is installed and root is not
 * needed: apt keeps its lists in a folder of ours. Throws an Error when there is no apt, no network or no such package.
 */
export async function fromDebianPackage(
  binary: PinnedBinary,
  { name, megabytes }: DebianPackage,
  install: (unpacked: string, path: string) => Promise<void>,
  report: Report,
): Promise<string> {
  const apt = await onPath('apt-get').catch(() => {
    throw new Error('there is no apt-get on PATH');
  });
  const elapsed = stopwatch();
  report(`Fetching ${name} with apt (about ${megabytes} MB, once)`);
  const folder = await mkdtemp(join(tmpdir(), 'amplitude-export-fetch-'));
  try {
    const [lists, cache, unpacked] = [join(folder, 'lists'), join(folder, 'cache'), join(folder, 'unpacked')];
    await mkdir(join(lists, 'partial'), { recursive: true });
    await mkdir(join(cache, 'archives', 'partial'), { recursive: true });
    const options = [
      '--quiet=2',
      `--option=Dir::State::Lists=${lists}`,
      `--option=Dir::Cache=${cache}`,
      '--option=Acquire::Languages=none',
      // As root, apt would otherwise download as a user who cannot write into the folder.
      '--option=APT::Sandbox::User=root',
    ];
    await runToEnd(apt, [...options, 'update'], folder);
    await runToEnd(apt, [...options, 'download', name], folder);
    const file = (await readdir(folder)).find((one) => one.endsWith('.deb'));
    if (file === undefined) throw new Error('apt downloaded nothing');
    await runToEnd('dpkg-deb', ['--extract', file, unpacked], folder);
    const path = await intoCache(binary, (to) => install(unpacked, to));
    const fetched = Math.round((await stat(join(folder, file))).size / 1e6);
    report(`Fetched ${name}: ${fetched} MB in ${elapsed()}`);
    return path;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
