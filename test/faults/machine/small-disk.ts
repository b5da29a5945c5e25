import { execFile } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { Scenario } from '../scenario.ts';

const run = promisify(execFile);
const REMOUNTED_WITHIN_MS = 20_000;

/** A separate disk for a scenario's work folder. */
export interface SmallDisk {
  /** Sets its size in KiB, which must be more than the size of its files. */
  resize(kib: number): Promise<void>;
  /** Makes it read-only, as soon as no file is open for writing, or writable again. */
  setReadOnly(readOnly: boolean): Promise<void>;
}

/**
 * Mounts a disk of `kib` KiB, in memory, as the scenario's work folder until the scenario is closed. Returns undefined
 * where that is not allowed: only root may mount.
 */
export async function mountSmallDisk(
  scenario: Pick<Scenario, 'pipeline' | 'onClose'>,
  kib: number,
): Promise<SmallDisk | undefined> {
  const { workDir } = scenario.pipeline;
  const remount = async (option: string): Promise<unknown> =>
    run('mount', ['-o', `remount,${option}`, workDir]);
  try {
    await run('mount', ['-t', 'tmpfs', '-o', `size=${kib}k`, 'tmpfs', workDir]);
  } catch {
    return undefined;
  }
  // With --lazy, because the workers still have files open in it.
  scenario.onClose(async () => run('umount', ['--lazy', workDir]));
  return {
    resize: async (size) => void (await remount(`size=${size}k`)),
    setReadOnly: async (readOnly) => {
      for (const deadline = Date.now() + REMOUNTED_WITHIN_MS; ; await sleep(20)) {
        try {
          await remount(readOnly ? 'ro' : 'rw');
          return;
        } catch (error) {
          if (Date.now() > deadline) throw error;
        }
      }
    },
  };
}
