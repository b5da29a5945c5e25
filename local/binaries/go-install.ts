import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

import { stopwatch, type Report } from '../report.ts';
import { intoCache, type PinnedBinary } from './cached-binary.ts';
import { onPath } from './executables.ts';
import { runToEnd } from './run-to-end.ts';

/**
 * Builds the binary from its Go module, whose hash the Go tool checks, and puts it into the cache. Takes minutes. Without
 * cgo, as these programs are released: no C compiler is needed. Throws when there is no go or the module cannot be fetched or built.
 */
export async function fromGoModule(
  binary: PinnedBinary,
  packagePath: string,
  report: Report,
): Promise<string> {
  const go = await onPath('go').catch(() => {
    throw new Error('there is no go on PATH');
  });
  const elapsed = stopwatch();
  report(`Building ${binary.name} ${binary.version} with go install (some minutes, once)`);
  const folder = await mkdtemp(join(tmpdir(), 'amplitude-export-build-'));
  try {
    const environment = { GOBIN: folder, CGO_ENABLED: '0' };
    await runToEnd(go, ['install', `${packagePath}@v${binary.version}`], folder, environment);
    // Go names a program as the folder of its package.
    const built = join(folder, basename(packagePath));
    const path = await intoCache(binary, (to) => copyFile(built, to));
    report(`Built ${binary.name} ${binary.version} in ${elapsed()}`);
    return path;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
