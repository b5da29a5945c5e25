import type { Report } from '../report.ts';
import { fromCache } from './cached-binary.ts';
import { findTool } from './find-tool.ts';
import { fromGoModule } from './go-install.ts';

/** Where the Go module of Temporal's server has its programs. */
const packages = {
  'temporal-server': 'go.temporal.io/server/cmd/server',
  'temporal-sql-tool': 'go.temporal.io/server/cmd/tools/sql',
} as const;

/**
 * The absolute path of a program of Temporal's server, of exactly this release (`1.32.0`): a cached copy, or one built with
 * go. One on PATH is not taken: the database's schema belongs to the release.
 * @throws ToolMissing when no way works
 */
export async function findTemporalProgram(
  name: keyof typeof packages,
  version: string,
  report: Report,
): Promise<string> {
  const pinned = { name, version };
  const goPackage = packages[name];
  return findTool(
    `${name} ${version}`,
    [
      { name: 'a cached copy', find: () => fromCache(pinned) },
      { name: `go install ${goPackage}@v${version}`, find: () => fromGoModule(pinned, goPackage, report) },
    ],
    'Install go (Debian package golang-go, or from go.dev) and let it reach its module proxy, and it is built.',
  );
}
