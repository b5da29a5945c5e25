import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { readdir, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { parseHourWindow } from '../../core/hour-window.ts';
import { WorkDir } from '../../work-dir/work-dir.ts';
import { MARKER_FILE, newOwner, WorkerFolder } from '../../work-dir/worker-folder.ts';
import { temporaryFolder } from '../support/archives.ts';

const window = parseHourWindow('2026-01-01T05');
const never = new AbortController().signal;
const MINUTE_MS = 60_000;

let workDir = '';
let dir: WorkDir;

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] });
  workDir = join(await temporaryFolder(), 'work');
  dir = new WorkDir(workDir, 2);
});

afterEach(async () => {
  await dir.close();
  vi.useRealTimers();
});

/** Makes the folder of a process that has ended; returns its name. */
async function leaveDeadWorker(): Promise<string> {
  const pid = Number(execFileSync(process.execPath, ['--print', 'process.pid'], { encoding: 'utf8' }));
  const owner = { ...newOwner(), pid };
  await new WorkerFolder(workDir, owner).make();
  return owner.name;
}

describe('the work dir of a worker', () => {
  it('makes its folder when it opens, WORK_DIR too, and leaves nothing when it closes', async () => {
    await dir.open();
    expect(await readdir(workDir)).toEqual([dir.workerName]);
    await dir.hourFolders.acquire(window, never);
    await dir.close();
    expect(await readdir(workDir)).toEqual([]);
  });

  it('removes the folders of dead workers when it opens', async () => {
    await leaveDeadWorker();
    await dir.open();
    expect(await readdir(workDir)).toEqual([dir.workerName]);
  });

  it('does not open where it cannot write, and can be closed then', async () => {
    await writeFile(workDir, 'a file');
    await expect(dir.open()).rejects.toThrow('is not a folder');
    await dir.close();
  });

  it('removes the folders of dead workers before it writes anything', async () => {
    const dead = await leaveDeadWorker();
    await writeFile(join(workDir, dir.workerName), 'in the way');
    await expect(dir.open()).rejects.toThrow('EEXIST');
    expect(await readdir(workDir)).not.toContain(dead);
  });

  it('marks itself as alive again and again', async () => {
    await dir.open();
    const folder = join(workDir, dir.workerName);
    for (let count = 0; count < 2; count += 1) {
      const longAgo = new Date('2020-01-01');
      await utimes(folder, longAgo, longAgo);
      vi.advanceTimersByTime(MINUTE_MS);
      await expect.poll(async () => (await stat(folder)).mtimeMs).toBeGreaterThan(longAgo.getTime());
    }
  });

  it('keeps the files of an hour that pauses for some minutes, and removes those of an hour that never continues', async () => {
    await dir.open();
    const { name } = await dir.hourFolders.acquire(window, never);
    const folder = join(workDir, dir.workerName);
    vi.advanceTimersByTime(4 * MINUTE_MS);
    await dir.hourFolders.use(name, () => Promise.resolve());
    vi.advanceTimersByTime(4 * MINUTE_MS);
    expect((await readdir(folder)).sort()).toEqual([name, MARKER_FILE]);
    vi.advanceTimersByTime(2 * MINUTE_MS);
    await expect.poll(() => readdir(folder)).toEqual([MARKER_FILE]);
  });

  it('leaves nothing when it closes while it marks itself', async () => {
    await dir.open();
    const touch = dir.workerFolder.touch.bind(dir.workerFolder);
    const holding = new AbortController();
    const marking = vi.spyOn(dir.workerFolder, 'touch').mockImplementationOnce(async () => {
      await once(holding.signal, 'abort');
      await touch();
    });
    const removing = vi.spyOn(dir.workerFolder, 'remove');
    vi.advanceTimersByTime(MINUTE_MS);
    await expect.poll(() => marking).toHaveBeenCalled();
    const closed = dir.close();
    await new Promise(setImmediate);
    expect(removing).not.toHaveBeenCalled();
    holding.abort();
    await closed;
    expect(await readdir(workDir)).toEqual([]);
  });

  it('stops marking when it is closed', async () => {
    await dir.open();
    await dir.close();
    expect(vi.getTimerCount()).toBe(0);
  });
});
