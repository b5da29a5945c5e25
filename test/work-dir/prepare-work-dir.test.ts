import { chmod, mkdir, readdir, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { prepareWorkDir, problemOf, WorkDirRefused } from '../../work-dir/prepare-work-dir.ts';
import { temporaryFolder } from '../support/archives.ts';

let folder = '';

beforeEach(async () => {
  folder = await temporaryFolder();
});

describe('WORK_DIR', () => {
  it('is made for its user only, with its parents', async () => {
    await prepareWorkDir(join(folder, 'a', 'b'));
    expect((await stat(join(folder, 'a', 'b'))).mode & 0o777).toBe(0o700);
  });

  it('is left as it is when it exists', async () => {
    await chmod(folder, 0o755);
    await prepareWorkDir(folder);
    expect((await stat(folder)).mode & 0o777).toBe(0o755);
  });

  it.each(['', '/', '/.'])('is refused as a link, whatever its target: link%s', async (end) => {
    await mkdir(join(folder, 'real'));
    await symlink(join(folder, 'real'), join(folder, 'link'));
    const opening = prepareWorkDir(`${join(folder, 'link')}${end}`);
    await expect(opening).rejects.toThrow(WorkDirRefused);
    await expect(opening).rejects.toThrow(`is a symbolic link to ${join(folder, 'real')}; set WORK_DIR to`);
    expect(await readdir(join(folder, 'real'))).toEqual([]);
  });

  it('is refused as a link without a target, and nothing is made there', async () => {
    await symlink(join(folder, 'nowhere'), join(folder, 'link'));
    await expect(prepareWorkDir(join(folder, 'link'))).rejects.toThrow('is a symbolic link');
    expect(await readdir(folder)).toEqual(['link']);
  });

  it('may be below a link', async () => {
    await mkdir(join(folder, 'real'));
    await symlink(join(folder, 'real'), join(folder, 'link'));
    await prepareWorkDir(join(folder, 'link', 'work'));
    expect(await readdir(join(folder, 'real'))).toEqual(['work']);
  });

  it('is refused as a file', async () => {
    await writeFile(join(folder, 'file'), '');
    await expect(prepareWorkDir(join(folder, 'file'))).rejects.toThrow('is not a folder');
  });

  it.each([0o777, 0o775, 0o757])('is refused when others may write to it: %o', async (mode) => {
    const open = join(folder, 'open');
    await mkdir(open);
    await chmod(open, mode);
    await expect(prepareWorkDir(open)).rejects.toThrow(
      `can be written to by other users (mode ${mode.toString(8)})`,
    );
    await expect(prepareWorkDir(open)).rejects.toThrow(`"chmod go-w ${open}"`);
    await prepareWorkDir(join(open, 'amplitude-export'));
  });

  it('may be open to all with the sticky bit, as /tmp is', async () => {
    await chmod(folder, 0o1777);
    await expect(prepareWorkDir(folder)).resolves.toBeUndefined();
  });
});

describe('the owner of WORK_DIR', () => {
  const WORKER = { uid: 1000, groups: [1000, 2000] };
  const ROOT = { uid: 0, groups: [0] };

  it.each([
    ['the worker’s own', { uid: 1000, gid: 1000, mode: 0o40755 }, WORKER],
    ['root’s, for a worker that is root', { uid: 0, gid: 0, mode: 0o40755 }, ROOT],
    ['root’s with the sticky bit', { uid: 0, gid: 0, mode: 0o41777 }, WORKER],
    [
      'a volume of root that a group of the worker may write to',
      { uid: 0, gid: 2000, mode: 0o42775 },
      WORKER,
    ],
    ['anybody’s where there are no users', { uid: 0, gid: 0, mode: 0o40777 }, undefined],
  ])('is safe: %s', (_, stats, user) => {
    expect(problemOf('/work', stats, user)).toBeUndefined();
  });

  it.each([
    ['another user’s', { uid: 1001, gid: 1000, mode: 0o40700 }, WORKER],
    ['another user’s, with the sticky bit', { uid: 1001, gid: 1000, mode: 0o41777 }, WORKER],
    ['a user’s, for a worker that is root', { uid: 1000, gid: 1000, mode: 0o40755 }, ROOT],
  ])('is not: %s', (_, stats, user) => {
    expect(problemOf('/work', stats, user)).toMatch(
      new RegExp(`^belongs to the user ${stats.uid}.*"chown ${user.uid} /work"`),
    );
  });

  it.each([
    ['a volume that is open to all', { uid: 0, gid: 2000, mode: 0o42777 }, WORKER],
    ['root’s, open to a group that the worker is not in', { uid: 0, gid: 3000, mode: 0o40775 }, WORKER],
    ['the worker’s own, open to its group', { uid: 1000, gid: 1000, mode: 0o40775 }, WORKER],
    ['root’s, open to a group, for a worker that is root', { uid: 0, gid: 0, mode: 0o40775 }, ROOT],
  ])('is safe, but others may write to it: %s', (_, stats, user) => {
    expect(problemOf('/work', stats, user)).toMatch(
      /^can be written to by .*such as \/work\/amplitude-export/,
    );
  });
});
