import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { readdir, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { parseHourWindow } from '../../core/hour-window.ts';
import { Host } from '../../host/host.ts';
import { MARKER_FILE, newOwner, WorkerFolder } from '../../host/worker-folder.ts';
import { temporaryFolder } from '../support/archives.ts';

const window = parseHourWindow('2026-01-01T05');
const never = new AbortController().signal;
const MINUTE_MS = 60_000;

let workDir = '';
let host: Host;

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] });
  workDir = join(await temporaryFolder(), 'work');
  host = new Host(workDir, 2);
});

afterEach(async () => {
  await host.close();
  vi.useRealTimers();
});

/** Leaves the folder of a process that has ended; gives its name. */
async function leaveDeadWorker(): Promise<string> {
  const pid = Number(execFileSync(process.execPath, ['--print', 'process.pid'], { encoding: 'utf8' }));
  const owner = { ...newOwner(), pid };
  await new WorkerFolder(workDir, owner).make();
  return owner.name;
}

describe('a host', () => {
  it('makes its folder when it opens, WORK_DIR too, and leaves nothing when it closes', async () => {
    await host.open();
    expect(await readdir(workDir)).toEqual([host.name]);
    await host.folders.admit(window, never);
    await host.close();
    expect(await readdir(workDir)).toEqual([]);
  });

  it('sweeps what dead hosts left when it opens', async () => {
    await leaveDeadWorker();
    await host.open();
    expect(await readdir(workDir)).toEqual([host.name]);
  });

  it('does not open where it cannot write, and closes all the same', async () => {
    await writeFile(workDir, 'a file');
    await expect(host.open()).rejects.toThrow('is no folder');
    await host.close();
  });

  it('cleans up after dead hosts before it needs room for itself', async () => {
    const dead = await leaveDeadWorker();
    await writeFile(join(workDir, host.name), 'in the way');
    await expect(host.open()).rejects.toThrow('EEXIST');
    expect(await readdir(workDir)).not.toContain(dead);
  });

  it('marks itself as alive again and again', async () => {
    await host.open();
    const folder = join(workDir, host.name);
    for (let count = 0; count < 2; count += 1) {
      const longAgo = new Date('2020-01-01');
      await utimes(folder, longAgo, longAgo);
      vi.advanceTimersByTime(MINUTE_MS);
      await expect.poll(async () => (await stat(folder)).mtimeMs).toBeGreaterThan(longAgo.getTime());
    }
  });

  it('keeps the files of an hour that pauses for some minutes, and removes those of one that never comes back', async () => {
    await host.open();
    const { name } = await host.folders.admit(window, never);
    const folder = join(workDir, host.name);
    vi.advanceTimersByTime(4 * MINUTE_MS);
    await host.folders.use(name, () => Promise.resolve());
    vi.advanceTimersByTime(4 * MINUTE_MS);
    expect((await readdir(folder)).sort()).toEqual([name, MARKER_FILE]);
    vi.advanceTimersByTime(2 * MINUTE_MS);
    await expect.poll(() => readdir(folder)).toEqual([MARKER_FILE]);
  });

  it('leaves nothing when it closes while it marks itself', async () => {
    await host.open();
    const touch = host.folder.touch.bind(host.folder);
    const holding = new AbortController();
    const marking = vi.spyOn(host.folder, 'touch').mockImplementationOnce(async () => {
      await once(holding.signal, 'abort');
      await touch();
    });
    const removing = vi.spyOn(host.folder, 'remove');
    vi.advanceTimersByTime(MINUTE_MS);
    await expect.poll(() => marking).toHaveBeenCalled();
    const closed = host.close();
    await new Promise(setImmediate);
    expect(removing).not.toHaveBeenCalled();
    holding.abort();
    await closed;
    expect(await readdir(workDir)).toEqual([]);
  });

  it('stops marking when it is closed', async () => {
    await host.open();
    await host.close();
    expect(vi.getTimerCount()).toBe(0);
  });
});
