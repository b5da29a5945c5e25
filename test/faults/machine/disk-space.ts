import { writeFile } from 'node:fs/promises';
import type { Scenario } from '../scenario.ts';
import { mountSmallDisk } from './small-disk.ts';

/** How many hours fit on the disk of the work folder: none, some, or all. */
export type DiskSpace = 'none' | 'some' | 'all';

/** A disk whose free space a test sets. */
export interface FullDisk {
  /** Environment for the workers that use it. */
  readonly env: Readonly<Record<string, string>>;
  setSpace(space: DiskSpace): Promise<void>;
}

const KIB = { none: 48, some: 700, all: 128 * 1024 };
const refuseWrites = new URL('refuse-writes.js', import.meta.url).href;

/** A full disk for the scenario's work folder: a small mounted disk, or, where mounting is not allowed, writes that fail. */
export async function openFullDisk(scenario: Scenario): Promise<FullDisk> {
  const disk = await mountSmallDisk(scenario, KIB.none);
  if (disk !== undefined) return { env: {}, setSpace: async (space) => disk.resize(KIB[space]) };
  const spaceFile = `${scenario.folder}/space`;
  const setSpace = async (space: DiskSpace): Promise<void> => writeFile(spaceFile, space);
  await setSpace('none');
  return { env: { NODE_OPTIONS: `--import=${refuseWrites}`, DISK_SPACE_FILE: spaceFile }, setSpace };
}
