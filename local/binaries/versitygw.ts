import type { Report } from '../report.ts';
import { fromCache } from './cached-binary.ts';
import { onPath } from './executables.ts';
import { findTool } from './find-tool.ts';
import { fromGoModule } from './go-install.ts';

/** The release that is built when there is none on PATH. */
export const pinned = { name: 'versitygw', version: '1.8.0' };
const goPackage = 'github.com/versity/versitygw/cmd/versitygw';

/**
 * The absolute path of the Versity S3 gateway: on PATH, a cached copy, or one built with go. Throws `ToolMissing`
 * when no way works.
 */
export async function findVersitygw(report: Report): Promise<string> {
  return findTool(
    'versitygw',
    [
      { name: 'versitygw on PATH', find: () => onPath('versitygw') },
      { name: 'a cached copy', find: () => fromCache(pinned) },
      {
        name: `go install ${goPackage}@v${pinned.version}`,
        find: () => fromGoModule(pinned, goPackage, report),
      },
    ],
    `Install versitygw ${pinned.version} and put it on PATH; or install go, and it is built.`,
  );
}
