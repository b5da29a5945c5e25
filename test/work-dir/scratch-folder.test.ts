import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { inScratchFolder } from '../../work-dir/scratch-folder.ts';
import { MARKER_FILE, newOwner, WorkerFolder } from '../../work-dir/worker-folder.ts';

let workDir: string;
let folder: WorkerFolder;

beforeEach(async () => {
  workDir = await mkdtemp(join(tmpdir(), 'amplitude-export-scratch-'));
  folder = new WorkerFolder(workDir, newOwner());
});

afterEach(() => rm(workDir, { recursive: true, force: true }));

it('a scratch folder is there during the work, and gone with its files afterwards', async () => {
  const name = await inScratchFolder(folder, 'list', async (path) => {
    await writeFile(join(path, 'file'), 'text');
    expect(await readdir(folder.path)).toContain(basename(path));
    return basename(path);
  });
  expect(name).toMatch(/^list-[0-9a-f]{8}$/);
  expect(await readdir(folder.path)).toEqual([MARKER_FILE]);
});

it('each has a folder of its own', async () => {
  const names = [1, 2].map(() => inScratchFolder(folder, 'list', async (path) => path));
  expect(new Set(await Promise.all(names)).size).toBe(2);
});

it('a failure of the work is passed on, and the folder is gone', async () => {
  const failed = new Error('no work');
  const work = inScratchFolder(folder, 'list', async () => {
    throw failed;
  });
  await expect(work).rejects.toBe(failed);
  expect(await readdir(folder.path)).toEqual([MARKER_FILE]);
});

it('an error of the file system has a type that is retried', async () => {
  const work = inScratchFolder(folder, 'list', async (path) => readdir(join(path, 'gone')));
  await expect(work).rejects.toMatchObject({ type: 'WorkDirFailed' });
});
