import { copyFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';

import { stopwatch, type Report } from '../report.ts';
import { intoCache, type PinnedBinary } from './cached-binary.ts';
import { onPath } from './executables.ts';
import { runToEnd } from './run-to-end.ts';

/** A Go module of which files are of use, and no program. */
export interface GoModuleFiles {
  /** The module's path, in small letters: `github.com/kedacore/keda/v2`. */
  module: string;
  /** Hash of the module's content, as a line of go.sum has it: `h1:` and base64. No other content is accepted. */
  sum: string;
  /** Paths in the module; their last parts differ. */
  files: readonly string[];
  /** Size of the module in MB, for people. */
  megabytes: number;
}

/**
 * Fetches the module of the version of `first` with the Go tool, and copies its files side by side into the cache, under
 * the last parts of their paths. One of them is `first`, whose path in the cache is returned. Nothing is built, and the
 * module cache of the user is not changed. Throws an Error when there is no go, no network, or other content.
 */
export async function fromGoModuleFiles(
  first: PinnedBinary,
  { module, sum, files, megabytes }: GoModuleFiles,
  report: Report,
): Promise<string> {
  const go = await onPath('go').catch(() => {
    throw new Error('there is no go on PATH');
  });
  const elapsed = stopwatch();
  const name = `${module} ${first.version}`;
  report(`Fetching ${name} with go mod download (about ${megabytes} MB, once)`);
  const folder = await mkdtemp(join(tmpdir(), 'amplitude-export-fetch-'));
  try {
    // Go makes the folders of a module read-only, unless it is told otherwise: then they could not be removed.
    const env = { GOMODCACHE: folder, GOFLAGS: '-modcacherw' };
    await runToEnd(go, ['mod', 'download', `${module}@v${first.version}`], folder, env);
    await checkSum(join(folder, 'cache/download', module, '@v', `v${first.version}.ziphash`), sum);
    const path = await intoCache(first, async (to) => {
      for (const file of files) {
        const unpacked = join(folder, `${module}@v${first.version}`, file);
        await copyFile(unpacked, join(dirname(to), basename(file)));
      }
    });
    report(`Fetched ${name} in ${elapsed()}`);
    return path;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function checkSum(hashFile: string, sum: string): Promise<void> {
  const found = (await readFile(hashFile, 'utf8')).trim();
  if (found !== sum) throw new Error(`the module that go downloaded has the hash ${found}, not ${sum}`);
}
