import { execFileSync } from 'node:child_process';
import { mkdir, readdir, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { DeadHosts } from '../../host/dead-hosts.ts';
import { nameThisHost, parseHostName } from '../../host/host-name.ts';
import { temporaryFolder } from '../support/archives.ts';

const self = nameThisHost();
const START = 1_767_225_600_000;
const MINUTE_MS = 60_000;
const longAgo = new Date('2020-01-01');

/** The id of a process that has ended. */
const deadPid = Number(execFileSync(process.execPath, ['--print', 'process.pid'], { encoding: 'utf8' }));

let workDir = '';
let deadHosts: DeadHosts;

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['performance'] });
  workDir = await temporaryFolder();
  deadHosts = new DeadHosts(workDir, self);
});

afterEach(() => {
  vi.useRealTimers();
});

/** Makes a folder with a file in it, marked as alive for the last time at some moment. */
async function folder(name: string, marked: Date): Promise<string> {
  await mkdir(join(workDir, name));
  await writeFile(join(workDir, name, 'export.zip'), 'PK');
  await utimes(join(workDir, name), marked, marked);
  return name;
}

describe('the sweep of dead hosts', () => {
  it('removes the folder of a dead process of this machine at once', async () => {
    const dead = await folder(`${self.machine}-${deadPid}-${START}`, new Date());
    expect(await deadHosts.sweep()).toEqual([dead]);
    expect(await readdir(workDir)).toEqual([]);
  });

  it('removes the folder of an earlier process of this machine that had the same id', async () => {
    const earlier = await folder(`${self.machine}-${process.pid}-${START}`, new Date());
    expect(await deadHosts.sweep()).toEqual([earlier]);
  });

  it('leaves its own folder, however long it was not marked', async () => {
    await folder(self.text, longAgo);
    expect(await deadHosts.sweep()).toEqual([]);
    expect(await readdir(workDir)).toEqual([self.text]);
  });

  it.each([longAgo, new Date(), new Date(Date.now() + 3 * 60 * MINUTE_MS)])(
    'leaves the folder of another live process of this machine, whatever the clock says: marked %s',
    async (marked) => {
      const alive = await folder(`${self.machine}-${process.ppid}-${START}`, marked);
      expect(await deadHosts.sweep()).toEqual([]);
      expect(await readdir(workDir)).toEqual([alive]);
    },
  );

  it('removes another machine’s folder that was not marked for ten minutes under its eyes', async () => {
    const stale = await folder(`elsewhere-${deadPid}-${START}`, longAgo);
    expect(await deadHosts.sweep()).toEqual([]);
    vi.advanceTimersByTime(9 * MINUTE_MS);
    expect(await deadHosts.sweep()).toEqual([]);
    vi.advanceTimersByTime(2 * MINUTE_MS);
    expect(await deadHosts.sweep()).toEqual([stale]);
    expect(await readdir(workDir)).toEqual([]);
  });

  it('leaves another machine’s folder that goes on being marked, by a clock that is hours off', async () => {
    const alive = await folder(`elsewhere-1-${START}`, longAgo);
    for (let minute = 0; minute < 30; minute += 5) {
      const marked = new Date(longAgo.getTime() + minute * MINUTE_MS);
      await utimes(join(workDir, alive), marked, marked);
      expect(await deadHosts.sweep()).toEqual([]);
      vi.advanceTimersByTime(5 * MINUTE_MS);
    }
    expect(await readdir(workDir)).toEqual([alive]);
  });

  it.each([
    'lost+found',
    'data',
    '2026-01-01',
    'backup-2026-01',
    'export-2026-01-31',
    'release-1-2',
    `-${START}`,
    `machine-${START}`,
    `machine-pid-${START}`,
    `machine-1-${START}.old`,
  ])('leaves a folder that is no host’s, however old: %s', async (name) => {
    await folder(name, longAgo);
    expect(await deadHosts.sweep()).toEqual([]);
    expect(await readdir(workDir)).toEqual([name]);
  });

  it('finds nothing in a folder that is not there', async () => {
    expect(await new DeadHosts(join(workDir, 'nowhere'), self).sweep()).toEqual([]);
  });
});

describe('the name of a host', () => {
  it('is machine, process and start, and is read from a folder again', () => {
    expect(self.text).toMatch(new RegExp(`-${process.pid}-\\d{13}$`));
    expect(parseHostName(self.text)).toEqual(self);
  });

  it('is fit for a folder and a task queue', () => {
    expect(self.text).toMatch(/^[\w.-]+$/);
    expect(self.machine.slice(0, hostname().length)).toHaveLength(hostname().length);
  });

  it('is read from the end: machines may have hyphens and numbers in theirs', () => {
    expect(parseHostName(`worker-7-0-12-${START}`)).toMatchObject({ machine: 'worker-7-0', pid: 12 });
  });
});
