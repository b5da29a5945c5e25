import { mkdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { makeFolder } from '../../work-dir/make-folder.ts';
import { temporaryFolder } from '../support/archives.ts';

vi.mock('node:fs/promises', { spy: true });

function failure(code: string): Error {
  return Object.assign(new Error(`${code}: no luck, mkdir`), { code, syscall: 'mkdir' });
}

it('makes a folder and its parents, which no other user can read, and leaves an existing one', async () => {
  const folder = join(await temporaryFolder(), 'a', 'b', 'c');
  await makeFolder(folder);
  await writeFile(join(folder, 'file'), 'content');
  await makeFolder(folder);
  expect((await stat(folder)).mode & 0o777).toBe(0o700);
  expect((await stat(join(folder, 'file'))).size).toBe(7);
});

it.each(['file', 'file/folder'])('fails where a file is in the way of %s', async (path) => {
  const folder = await temporaryFolder();
  await writeFile(join(folder, 'file'), 'content');
  await expect(makeFolder(join(folder, path))).rejects.toMatchObject({
    code: expect.stringMatching(/EEXIST|ENOTDIR/) as string,
  });
});

it.each(['EROFS', 'EDQUOT', 'EIO', 'ENOSPC'])('fails with the error of the disk: %s', async (code) => {
  const folder = await temporaryFolder();
  vi.mocked(mkdir).mockRejectedValueOnce(failure('ENOENT')).mockRejectedValueOnce(failure(code));
  await expect(makeFolder(join(folder, 'a', 'b'))).rejects.toMatchObject({ code });
});

it('gives up when no folder can be made although the parent exists', async () => {
  const folder = await temporaryFolder();
  vi.mocked(mkdir).mockImplementation(async (path) =>
    Promise.reject(failure(path === folder ? 'EEXIST' : 'ENOENT')),
  );
  await expect(makeFolder(join(folder, 'a', 'b'))).rejects.toMatchObject({ code: 'ENOENT' });
  vi.mocked(mkdir).mockReset();
});
