import { writeFile } from 'node:fs/promises';
import type { Scenario } from '../scenario.ts';
import { mountSmallDisk } from './small-disk.ts';

/** How much fits on the disk under a work folder: no hour, some at a time, or all. */
export type DiskSpace = 'none' | 'some' | 'all';

/** A disk with as little space as it is told. */
export interface FullDisk {
  /** What a worker's environment needs for it. */
  readonly env: Readonly<Record<string, string>>;
  setSpace(space: DiskSpace): Promise<void>;
}

const KIB = { none: 48, some: 700, all: 128 * 1024 };
const refuseWrites = new URL('refuse-writes.js', import.meta.url).href;

/** A disk without space under the scenario's work folder: a small one, or where none can be mounted, writes that fail. */
export async function openFullDisk(scenario: Scenario): Promise<FullDisk> {
  const disk = await mountSmallDisk(scenario, KIB.none);
  if (disk !== undefined) return { env: {}, setSpace: async (space) => disk.resize(KIB[space]) };
  const spaceFile = `${scenario.folder}/space`;
  const setSpace = async (space: DiskSpace): Promise<void> => writeFile(spaceFile, space);
  await setSpace('none');
  return { env: { NODE_OPTIONS: `--import=${refuseWrites}`, DISK_SPACE_FILE: spaceFile }, setSpace };
}
