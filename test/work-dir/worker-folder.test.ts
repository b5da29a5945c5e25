import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import {
  MARKER_FILE,
  newOwner,
  readOwner,
  removeWorkerFolder,
  WorkerFolder,
} from '../../work-dir/worker-folder.ts';
import { temporaryFolder } from '../support/archives.ts';

vi.mock('node:fs/promises', { spy: true });

const owner = newOwner();

let workDir = '';
let folder: WorkerFolder;

beforeEach(async () => {
  workDir = await temporaryFolder();
  folder = new WorkerFolder(workDir, owner);
});

function failure(code: string): Error {
  return Object.assign(new Error(`${code}: no luck, rename`), { code, syscall: 'rename' });
}

describe('a new worker’s name', () => {
  it('names host and process for people, can name a folder and a task queue, and is unique', () => {
    const start = `${hostname().replaceAll(/[^\w.-]/g, '_')}-${process.pid}-`;
    expect(owner.name.slice(0, start.length)).toBe(start);
    expect(owner.name.slice(start.length)).toMatch(/^[0-9a-f]{12}$/);
    expect(newOwner().name).not.toBe(owner.name);
  });
});

describe('a worker’s folder', () => {
  it('has a marker that names its worker, and no other user can read it', async () => {
    await folder.make();
    expect(await readdir(folder.path)).toEqual([MARKER_FILE]);
    expect(await readOwner(folder.path)).toMatchObject(owner);
    expect((await stat(folder.path)).mode & 0o777).toBe(0o700);
  });

  it('is marked as alive by a touch', async () => {
    await folder.touch();
    const longAgo = new Date('2020-01-01');
    await utimes(folder.path, longAgo, longAgo);
    await folder.touch();
    expect((await stat(folder.path)).mtimeMs).toBeGreaterThan(longAgo.getTime());
  });

  it('is made again when its marker, or all of it, was removed', async () => {
    await folder.make();
    await rm(join(folder.path, MARKER_FILE));
    await folder.make();
    expect(await readOwner(folder.path)).toMatchObject(owner);
    await rm(folder.path, { recursive: true });
    await folder.touch();
    expect(await readOwner(folder.path)).toMatchObject(owner);
  });

  it('is made even if another process removes it in between', async () => {
    vi.mocked(rename).mockImplementationOnce(async () => {
      await rm(folder.path, { recursive: true });
      throw failure('ENOENT');
    });
    await folder.make();
    expect(await readOwner(folder.path)).toMatchObject(owner);
  });

  it('is not left without a marker when that cannot be written', async () => {
    vi.mocked(rename).mockRejectedValueOnce(failure('ENOSPC'));
    await expect(folder.make()).rejects.toMatchObject({ code: 'ENOSPC' });
    expect(await readdir(workDir)).toEqual([]);
  });

  it('is removed with everything in it, and need not exist', async () => {
    await folder.make();
    await mkdir(join(folder.path, 'hour'));
    await folder.remove();
    expect(existsSync(folder.path)).toBe(false);
    await folder.remove();
  });

  it('is still recognized when it was removed in part', async () => {
    await folder.make();
    await writeFile(join(folder.path, 'a-file'), '');
    await writeFile(join(folder.path, 'z-file'), '');
    vi.mocked(rm).mockImplementation(async (path) => {
      if (String(path).endsWith('z-file')) throw failure('EIO');
    });
    await expect(removeWorkerFolder(folder.path)).rejects.toMatchObject({ code: 'EIO' });
    vi.mocked(rm).mockReset();
    expect(await readOwner(folder.path)).toMatchObject(owner);
  });
});
