import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

import { onPath } from './executables.ts';

/** A Python interpreter, and its version without the last number: `3.11`. */
export interface Python {
  readonly path: string;
  readonly version: string;
}

/** How pip is always called: it asks nothing, does not look for a newer pip, and takes only what is built already. */
export const pipOptions = [
  '--quiet',
  '--no-input',
  '--disable-pip-version-check',
  '--retries=2',
  '--only-binary=:all:',
] as const;

/** The absolute path of the python3 on PATH. Throws when there is none. */
export async function pythonOnPath(): Promise<string> {
  return onPath('python3').catch(() => {
    throw new Error('there is no python3 on PATH');
  });
}

/** The python3 on PATH. Throws when there is none, or when its version is below `atLeast`, such as `3.10`. */
export async function findPython(atLeast: string): Promise<Python> {
  const path = await pythonOnPath();
  const print = 'import sys; print("%d.%d" % sys.version_info[:2])';
  const { stdout } = await promisify(execFile)(path, ['-c', print]);
  const version = stdout.trim();
  if (minor(version) < minor(atLeast)) {
    throw new Error(`python3 on PATH is Python ${version}; it must be ${atLeast} or later`);
  }
  return { path, version };
}

/** The second number of a version of Python 3. */
function minor(version: string): number {
  return Number(version.split('.')[1]);
}
