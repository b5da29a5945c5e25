import { execFileSync } from 'node:child_process';
import { mkdir, readdir, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { sweepDeadHosts } from '../../host/dead-hosts.ts';
import { nameThisHost, parseHostName } from '../../host/host-name.ts';
import { temporaryFolder } from '../support/archives.ts';

const self = nameThisHost();
const START = 1_767_225_600_000;
const longAgo = new Date(Date.now() - 11 * 60_000);
const ofLate = new Date(Date.now() - 9 * 60_000);

/** The id of a process that has ended. */
const deadPid = Number(execFileSync(process.execPath, ['--print', 'process.pid'], { encoding: 'utf8' }));

let workDir = '';

beforeEach(async () => {
  workDir = await temporaryFolder();
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
    expect(await sweepDeadHosts(workDir, self)).toEqual([dead]);
    expect(await readdir(workDir)).toEqual([]);
  });

  it('removes the folder of an earlier process of this machine that had the same id', async () => {
    const earlier = await folder(`${self.machine}-${process.pid}-${START}`, new Date());
    expect(await sweepDeadHosts(workDir, self)).toEqual([earlier]);
  });

  it('leaves its own folder, however long it was not marked', async () => {
    await folder(self.text, longAgo);
    expect(await sweepDeadHosts(workDir, self)).toEqual([]);
    expect(await readdir(workDir)).toEqual([self.text]);
  });

  it('leaves the folder of another live process of this machine', async () => {
    const alive = await folder(`${self.machine}-${process.ppid}-${START}`, ofLate);
    expect(await sweepDeadHosts(workDir, self)).toEqual([]);
    expect(await readdir(workDir)).toEqual([alive]);
  });

  it('leaves another machine’s folder that was marked of late, and removes it later', async () => {
    await folder(`elsewhere-${deadPid}-${START}`, ofLate);
    const stale = await folder(`elsewhere-1-${START}`, longAgo);
    expect(await sweepDeadHosts(workDir, self)).toEqual([stale]);
    expect(await readdir(workDir)).toEqual([`elsewhere-${deadPid}-${START}`]);
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
    expect(await sweepDeadHosts(workDir, self)).toEqual([]);
    expect(await readdir(workDir)).toEqual([name]);
  });

  it('finds nothing in a folder that is not there', async () => {
    expect(await sweepDeadHosts(join(workDir, 'nowhere'), self)).toEqual([]);
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
