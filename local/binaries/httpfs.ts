import { mkdir, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import type { Report } from '../report.ts';
import { fromCache } from './cached-binary.ts';
import { findTool } from './find-tool.ts';
import { unpackMember } from './unpack-member.ts';
import { fromWheel } from './wheel.ts';

/** The version is that of DuckDB itself: it loads no other. */
const pinned = { name: 'httpfs.duckdb_extension', version: '1.5.5' };

const wheel = {
  project: 'duckdb-extension-httpfs',
  sha256: [
    '84913dbe172ccb54368de2c4a020c38ca8b0e76f99df548f7fac37934cc7826f', // Linux x86_64
    '567d17e398fc29f7ea4bc42ea277ea19643bd1ad1815f676cb6dd994b50399bb', // Linux aarch64
    '5dc6e48e7a6d4c775d88fcd9b6529b385559600c0cd17a2600addfdd34ae3060', // macOS x86_64
    'a6d9b245ac83834543354e826020b35b8dba16291bb876b2b00bd49f2c6aeb9d', // macOS arm64
  ],
  megabytes: 8,
};

/** How DuckDB names the platforms that Node names so. */
const platforms: Readonly<Record<string, string>> = {
  'linux-x64': 'linux_amd64',
  'linux-arm64': 'linux_arm64',
  'darwin-x64': 'osx_amd64',
  'darwin-arm64': 'osx_arm64',
};

/**
 * A folder for DuckDB's setting `extension_directory` that holds httpfs, with which it reads S3. DuckDB would download the
 * same file from its own server, but only package registries can be reached from everywhere.
 * @throws ToolMissing
 */
export async function findHttpfs(report: Report): Promise<string> {
  const path = await findTool(
    "DuckDB's extension httpfs",
    [
      { name: 'a cached copy', find: () => fromCache(pinned) },
      { name: `pip (${wheel.project} ${pinned.version})`, find: () => fetchWithPip(report) },
    ],
    'Install python3 with pip, and it is fetched.',
  );
  return dirname(path);
}

async function fetchWithPip(report: Report): Promise<string> {
  const platform = platforms[`${process.platform}-${process.arch}`];
  if (platform === undefined) throw new Error(`there is none for ${process.platform}-${process.arch}`);
  const place = join(`v${pinned.version}`, platform, pinned.name);
  const install = async (archive: string, path: string): Promise<void> => {
    const file = join(dirname(path), place);
    await mkdir(dirname(file), { recursive: true });
    await unpackMember(archive, `/v${pinned.version}/${pinned.name}`, file);
    await symlink(place, path);
  };
  return fromWheel(pinned, wheel, install, report);
}
