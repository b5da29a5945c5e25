import { copyFile } from 'node:fs/promises';

import type { Report } from '../report.ts';
import { fromCache } from './cached-binary.ts';
import { findTool } from './find-tool.ts';
import { fromWheel } from './wheel.ts';

const pinned = { name: 'sqlglot.whl', version: '30.30.0' };

const wheel = {
  project: 'sqlglot',
  sha256: ['06c4c212a7868c7dcff0fd0fda348dd3c5cbad40137b3083a70ecdfe22921cf9'],
  megabytes: 1,
};

/**
 * The path of a wheel of sqlglot, which parses the SQL of many engines. It is pure Python, so python3 (3.9 or later) can
 * import it from there: `PYTHONPATH` is this path.
 * @throws ToolMissing
 */
export async function findSqlglot(report: Report): Promise<string> {
  return findTool(
    'sqlglot',
    [
      { name: 'a cached copy', find: () => fromCache(pinned) },
      {
        name: `pip (${wheel.project} ${pinned.version})`,
        find: () => fromWheel(pinned, wheel, copyFile, report),
      },
    ],
    'Install python3 with pip, and it is fetched.',
  );
}
