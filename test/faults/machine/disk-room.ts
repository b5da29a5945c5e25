import { writeFile } from 'node:fs/promises';
import type { Scenario } from '../scenario.ts';
import { mountSmallDisk } from './small-disk.ts';

/** How much fits on the disk under a work folder: no hour, some at a time, or all. */
export type Room = 'none' | 'some' | 'all';

/** A disk with as little room as it is told. */
export interface TightDisk {
  /** What a worker's environment needs for it. */
  readonly env: Readonly<Record<string, string>>;
  setRoom(room: Room): Promise<void>;
}

const KIB = { none: 48, some: 700, all: 128 * 1024 };
const refuseWrites = new URL('refuse-writes.js', import.meta.url).href;

/** A disk without room under the scenario's work folder: a small one, or where none can be mounted, writes that fail. */
export async function tightDisk(scenario: Scenario): Promise<TightDisk> {
  const disk = await mountSmallDisk(scenario, KIB.none);
  if (disk !== undefined) return { env: {}, setRoom: async (room) => disk.resize(KIB[room]) };
  const roomFile = `${scenario.folder}/room`;
  const setRoom = async (room: Room): Promise<void> => writeFile(roomFile, room);
  await setRoom('none');
  return { env: { NODE_OPTIONS: `--import=${refuseWrites}`, DISK_ROOM_FILE: roomFile }, setRoom };
}
