import { existsSync } from 'node:fs';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { WorkFilesLost } from '../../core/file-errors.ts';
import { parseHourWindow } from '../../core/hour-window.ts';
import { HourFolders } from '../../work-dir/hour-folders.ts';
import { MARKER_FILE, newOwner, WorkerFolder } from '../../work-dir/worker-folder.ts';
import { temporaryFolder } from '../support/archives.ts';

const window = parseHourWindow('2026-01-01T05');
const never = new AbortController().signal;
/** An idle time that every folder has reached. */
const AT_ONCE = -1;

let hostFolder = '';
let folders: HourFolders;

beforeEach(async () => {
  const worker = new WorkerFolder(await temporaryFolder(), newOwner());
  hostFolder = worker.path;
  folders = new HourFolders(worker, 2);
});

/** The folders of hours. */
async function hours(): Promise<string[]> {
  return (await readdir(hostFolder)).filter((name) => name !== MARKER_FILE);
}

/** True when a slot is free. */
async function isPlaceFree(): Promise<boolean> {
  const abort = new AbortController();
  const admission = folders.acquire(window, abort.signal);
  setImmediate(() => abort.abort());
  try {
    await folders.release((await admission).name);
    return true;
  } catch {
    return false;
  }
}

describe('an hour that acquires a folder', () => {
  it('has a folder of its own, named after its window', async () => {
    const [first, second] = [await folders.acquire(window, never), await folders.acquire(window, never)];
    expect(first.name).toMatch(/^2026-01-01T05-[0-9a-f]{8}$/);
    expect(first.name).not.toBe(second.name);
    expect((await hours()).sort()).toEqual([first.name, second.name].sort());
    expect(first.path).toBe(join(hostFolder, first.name));
  });

  it('holds a slot until it is released', async () => {
    const { name } = await folders.acquire(window, never);
    await folders.acquire(window, never);
    expect(await isPlaceFree()).toBe(false);
    await folders.release(name);
    expect(await isPlaceFree()).toBe(true);
  });

  it('goes before hours with a higher priority key that wait', async () => {
    const held = [await folders.acquire(window, never), await folders.acquire(window, never)];
    const entered: string[] = [];
    const backfill = folders.acquire(window, never, { priorityKey: 4 }).then(() => entered.push('backfill'));
    const scheduled = folders
      .acquire(window, never, { priorityKey: 2 })
      .then(() => entered.push('scheduled'));
    for (const { name } of held) await folders.release(name);
    await Promise.all([backfill, scheduled]);
    expect(entered).toEqual(['scheduled', 'backfill']);
  });

  it('gives up the folder that it has already, whose attempt could not report it', async () => {
    const owner = 'run 2026-01-01T05';
    const first = await folders.acquire(window, never, { owner });
    await folders.acquire(window, never, { owner: 'another run' });
    const second = await folders.acquire(window, never, { owner });
    await expect(folders.use(first.name, async () => undefined)).rejects.toThrow(WorkFilesLost);
    expect(await hours()).toContain(second.name);
    expect(await hours()).not.toContain(first.name);
    expect(folders.slots).toEqual({ used: 2, free: 0 });
  });

  it('gets its slot when the work in the folder that it has already is over', async () => {
    const owner = 'run 2026-01-01T05';
    const first = await folders.acquire(window, never, { owner });
    await folders.acquire(window, never);
    let end: (() => void) | undefined;
    const work = folders.use(first.name, () => new Promise<void>((resolve) => (end = resolve)));
    await new Promise((resolve) => setImmediate(resolve));
    let isIn = false;
    const second = folders.acquire(window, never, { owner }).then(() => (isIn = true));
    await new Promise((resolve) => setImmediate(resolve));
    expect(isIn).toBe(false);
    end?.();
    await work;
    expect(await second).toBe(true);
  });

  it('is handed back when the worker leaves, and hours with a folder go on', async () => {
    const { name } = await folders.acquire(window, never);
    await folders.acquire(window, never);
    const waiting = folders.acquire(window, never);
    folders.leave();
    await expect(waiting).rejects.toThrow('hands the hour back');
    await expect(folders.acquire(window, never)).rejects.toThrow('hands the hour back');
    expect(await folders.use(name, async () => 'works')).toBe('works');
  });

  it('waits while no slot is free, and gives up with its signal', async () => {
    await folders.acquire(window, never);
    await folders.acquire(window, never);
    const abort = new AbortController();
    const admission = folders.acquire(window, abort.signal);
    const reason = new Error('enough');
    abort.abort(reason);
    await expect(admission).rejects.toBe(reason);
    expect(await hours()).toHaveLength(2);
  });

  it('keeps no slot when its folder cannot be made', async () => {
    await writeFile(hostFolder, 'a file');
    for (let count = 0; count < 3; count += 1) {
      await expect(folders.acquire(window, never)).rejects.toMatchObject({
        type: 'WorkDirFailed',
        cause: { code: 'EEXIST' },
      });
    }
    await rm(hostFolder);
    expect(await isPlaceFree()).toBe(true);
  });
});

describe('work in a folder', () => {
  it('gets the path of the folder, and its result is returned', async () => {
    const admitted = await folders.acquire(window, never);
    await writeFile(join(admitted.path, 'file'), 'content');
    expect(await folders.use(admitted.name, ({ path }) => readFile(join(path, 'file'), 'utf8'))).toBe(
      'content',
    );
  });

  it('fails as WorkFilesLost in a folder that this worker does not know', async () => {
    await expect(folders.use('2026-01-01T05-00000000', () => Promise.resolve())).rejects.toThrow(
      WorkFilesLost,
    );
  });

  it('fails as WorkFilesLost in a folder that was released, and does not begin', async () => {
    const { name } = await folders.acquire(window, never);
    await folders.release(name);
    let begun = false;
    const work = folders.use(name, async () => {
      begun = true;
    });
    await expect(work).rejects.toThrow(WorkFilesLost);
    expect(begun).toBe(false);
  });

  it('fails as WorkFilesLost when the files are gone', async () => {
    const { name, path } = await folders.acquire(window, never);
    await rm(path, { recursive: true });
    const work = folders.use(name, (folder) => readFile(join(folder.path, 'export.zip')));
    await expect(work).rejects.toThrow(WorkFilesLost);
  });

  it('fails as DiskFull when the disk is full', async () => {
    const { name } = await folders.acquire(window, never);
    const full = Object.assign(new Error('ENOSPC: no space left on device, write'), {
      code: 'ENOSPC',
      syscall: 'write',
    });
    await expect(folders.use(name, () => Promise.reject(full))).rejects.toMatchObject({
      type: 'DiskFull',
      cause: full,
    });
  });

  it('passes on any other error as it is', async () => {
    const { name } = await folders.acquire(window, never);
    const failure = new Error('other');
    await expect(folders.use(name, () => Promise.reject(failure))).rejects.toBe(failure);
  });

  it('waits for earlier work in the same folder, even if that fails', async () => {
    const { name } = await folders.acquire(window, never);
    const steps: string[] = [];
    const work = (step: string) =>
      folders.use(name, async () => {
        steps.push(`${step} begins`);
        await new Promise(setImmediate);
        steps.push(`${step} ends`);
        if (step === 'a') throw new Error('no luck');
      });
    await Promise.allSettled([work('a'), work('b')]);
    expect(steps).toEqual(['a begins', 'a ends', 'b begins', 'b ends']);
  });

  it('that waits keeps its folder, and fails as WorkFilesLost if the folder is released before its turn', async () => {
    const { name } = await folders.acquire(window, never);
    let waiting: Promise<void> | undefined;
    let discarded: Promise<void> | undefined;
    await folders.use(name, async ({ path }) => {
      waiting = folders.use(name, () => Promise.resolve());
      waiting.catch(() => undefined);
      await folders.releaseIdle(AT_ONCE);
      expect(existsSync(path)).toBe(true);
      discarded = folders.release(name);
    });
    await expect(waiting).rejects.toThrow(WorkFilesLost);
    await discarded;
    expect(existsSync(join(hostFolder, name))).toBe(false);
  });

  it('is over before its folder is removed, and no other work may begin during the removal', async () => {
    const { name } = await folders.acquire(window, never);
    await folders.use(name, async ({ path }) => {
      const discarded = folders.release(name);
      await expect(folders.use(name, () => Promise.resolve())).rejects.toThrow(WorkFilesLost);
      await writeFile(join(path, 'late'), 'still at work');
      void discarded;
    });
    await folders.release(name);
    expect(existsSync(join(hostFolder, name))).toBe(false);
    expect(await isPlaceFree()).toBe(true);
  });

  it('does not wait for the work in another folder', async () => {
    const [one, other] = [await folders.acquire(window, never), await folders.acquire(window, never)];
    const both = folders.use(one.name, () => folders.use(other.name, () => Promise.resolve('done')));
    expect(await both).toBe('done');
  });

  it('cannot lead out of the worker’s folder', async () => {
    await folders.acquire(window, never);
    await expect(folders.use('../other', () => Promise.resolve())).rejects.toThrow(WorkFilesLost);
    await folders.release('..');
    await folders.release('');
    expect(existsSync(hostFolder)).toBe(true);
  });
});

describe('a folder that is released', () => {
  it('is gone with everything in it', async () => {
    const { name, path } = await folders.acquire(window, never);
    await writeFile(join(path, 'file'), 'content');
    await folders.release(name);
    expect(await hours()).toEqual([]);
  });

  it('releases its slot once, however often it is released', async () => {
    const { name } = await folders.acquire(window, never);
    await Promise.all([folders.release(name), folders.release(name)]);
    await folders.release(name);
    await folders.acquire(window, never);
    await folders.acquire(window, never);
    expect(await isPlaceFree()).toBe(false);
  });

  it('may already be gone, or may never have existed', async () => {
    const { name, path } = await folders.acquire(window, never);
    await rm(path, { recursive: true });
    await folders.release(name);
    await folders.release('2026-01-01T05-00000000');
    expect(await isPlaceFree()).toBe(true);
  });
});

describe('the sweep of idle folders', () => {
  it('removes an unused folder, and releases its slot', async () => {
    await folders.acquire(window, never);
    await folders.acquire(window, never);
    await folders.releaseIdle(AT_ONCE);
    expect(await hours()).toEqual([]);
    expect(await isPlaceFree()).toBe(true);
  });

  it('leaves a folder that was used recently', async () => {
    const { name } = await folders.acquire(window, never);
    await folders.use(name, () => Promise.resolve());
    await folders.releaseIdle(60_000);
    expect(await hours()).toEqual([name]);
  });

  it('leaves a folder in use, however long the work takes', async () => {
    const { name } = await folders.acquire(window, never);
    await folders.use(name, async ({ path }) => {
      await folders.releaseIdle(AT_ONCE);
      expect(existsSync(path)).toBe(true);
    });
    await folders.releaseIdle(AT_ONCE);
    expect(await hours()).toEqual([]);
  });

  it('finds the folder of work that failed idle again', async () => {
    const { name } = await folders.acquire(window, never);
    await folders.use(name, () => Promise.reject(new Error('no luck'))).catch(() => undefined);
    await folders.releaseIdle(AT_ONCE);
    expect(await hours()).toEqual([]);
  });
});
