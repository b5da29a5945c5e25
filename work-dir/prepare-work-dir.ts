import type { Stats } from 'node:fs';
import { lstat, readlink } from 'node:fs/promises';
import { resolve } from 'node:path';
import { isFileSystemError } from '../core/file-errors.ts';
import { makeFolder } from './make-folder.ts';

/**
 * WORK_DIR is not safe for unencrypted archives. The message follows the folder's name, and says why and what to do.
 */
export class WorkDirRefused extends Error {}

/** The user and the groups of this process. */
export interface User {
  readonly uid: number;
  readonly groups: readonly number[];
}

/**
 * Makes WORK_DIR, for this user only. If it exists, checks that no other user can replace the files in it.
 * @throws WorkDirRefused; the file system's own error
 */
export async function prepareWorkDir(workDir: string): Promise<void> {
  // With a slash at its end, `lstat` would follow a link.
  const path = resolve(workDir);
  let found = await lstatIfThere(path);
  if (found === undefined) {
    await makeFolder(path);
    found = await lstat(path);
  }
  if (found.isSymbolicLink()) {
    throw new WorkDirRefused(
      `is a symbolic link to ${await readlink(path)}; set WORK_DIR to the folder itself`,
    );
  }
  if (!found.isDirectory()) throw new WorkDirRefused('is not a folder; set WORK_DIR to a folder');
  const problem = problemOf(path, found, thisUser());
  if (problem !== undefined) throw new WorkDirRefused(problem);
}

async function lstatIfThere(path: string): Promise<Stats | undefined> {
  try {
    return await lstat(path);
  } catch (error) {
    if (isFileSystemError(error) && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

const STICKY = 0o1000;
const GROUP_WRITES = 0o020;
const OTHERS_WRITE = 0o002;
const ROOT = 0;

/**
 * Why a folder is not safe as WORK_DIR: its owner, and every user who may write to it, can replace a worker's folder
 * in it, unless it has the sticky bit, as /tmp has. Root is trusted. So is a folder of root that one of this user's
 * groups may write to, since container volumes are like that. Undefined when the folder is safe, and on systems
 * without users (`user` is undefined).
 */
export function problemOf(
  path: string,
  { uid, gid, mode }: Pick<Stats, 'uid' | 'gid' | 'mode'>,
  user: User | undefined,
): string | undefined {
  if (user === undefined) return undefined;
  if (uid !== user.uid && uid !== ROOT) {
    return `belongs to the user ${uid}, who could read and replace the work files; the worker runs as ${user.uid}: set WORK_DIR to a folder of this user, or change the owner ("chown ${user.uid} ${path}")`;
  }
  if ((mode & STICKY) !== 0) return undefined;
  const isVolume = uid === ROOT && user.uid !== ROOT && user.groups.includes(gid);
  if ((mode & OTHERS_WRITE) === 0 && ((mode & GROUP_WRITES) === 0 || isVolume)) return undefined;
  return `can be written to by other users (mode ${(mode & 0o7777).toString(8)}), who could replace the work files: close it ("chmod go-w ${path}"), or set WORK_DIR to a folder in it, such as ${resolve(path, 'amplitude-export')}, which the worker then makes for its user only`;
}

function thisUser(): User | undefined {
  const uid = process.geteuid?.();
  const gid = process.getegid?.();
  if (uid === undefined || gid === undefined) return undefined;
  return { uid, groups: [gid, ...(process.getgroups?.() ?? [])] };
}
