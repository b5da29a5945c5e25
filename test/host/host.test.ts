import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { parseHourWindow } from '../../core/hour-window.ts';
import { Host } from '../../host/host.ts';
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

describe('a host', () => {
  it('makes its folder when it opens, WORK_DIR too, and leaves nothing when it closes', async () => {
    await host.open();
    expect(await readdir(workDir)).toEqual([host.name.text]);
    await host.folders.admit(window, never);
    await host.close();
    expect(await readdir(workDir)).toEqual([]);
  });

  it('sweeps what dead hosts left when it opens', async () => {
    const deadPid = execFileSync(process.execPath, ['--print', 'process.pid'], { encoding: 'utf8' }).trim();
    await mkdir(join(workDir, `${host.name.machine}-${deadPid}-1767225600000`), { recursive: true });
    await host.open();
    expect(await readdir(workDir)).toEqual([host.name.text]);
  });

  it('does not open where it cannot write, and closes all the same', async () => {
    await writeFile(workDir, 'a file');
    await expect(host.open()).rejects.toThrow(/ENOTDIR|EEXIST/);
    await host.close();
  });

  it('cleans up after dead hosts before it needs room for itself', async () => {
    const dead = `${host.name.machine}-${process.pid}-1767225600000`;
    await mkdir(join(workDir, dead), { recursive: true });
    await writeFile(join(workDir, host.name.text), 'in the way');
    await expect(host.open()).rejects.toThrow('EEXIST');
    expect(await readdir(workDir)).not.toContain(dead);
  });

  it('marks itself as alive again and again', async () => {
    await host.open();
    const folder = join(workDir, host.name.text);
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
    const folder = join(workDir, host.name.text);
    vi.advanceTimersByTime(4 * MINUTE_MS);
    await host.folders.use(name, () => Promise.resolve());
    vi.advanceTimersByTime(4 * MINUTE_MS);
    expect(await readdir(folder)).toEqual([name]);
    vi.advanceTimersByTime(2 * MINUTE_MS);
    await expect.poll(() => readdir(folder)).toEqual([]);
  });

  it('leaves nothing when it closes while it marks itself', async () => {
    await host.open();
    const touch = host.folders.touch.bind(host.folders);
    const holding = new AbortController();
    const marking = vi.spyOn(host.folders, 'touch').mockImplementationOnce(async () => {
      await once(holding.signal, 'abort');
      await touch();
    });
    const removing = vi.spyOn(host.folders, 'removeAll');
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
