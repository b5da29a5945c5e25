import { execFileSync } from 'node:child_process';
import { cp, mkdir, readdir, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { DeadWorkers } from '../../work-dir/dead-workers.ts';
import { MARKER_FILE, newOwner, WorkerFolder, type Owner } from '../../work-dir/worker-folder.ts';
import { temporaryFolder } from '../support/archives.ts';

const self = newOwner();
const MINUTE_MS = 60_000;
const longAgo = new Date('2020-01-01');

/** The id of a process that has ended. */
const deadPid = Number(execFileSync(process.execPath, ['--print', 'process.pid'], { encoding: 'utf8' }));

/** Another worker; fields that are not given are those of this process. */
function other(change: Partial<Owner> = {}): Owner {
  return { ...newOwner(), ...change };
}

/** A process that ended, in the same pid space. */
const dead = (): Owner => other({ pid: deadPid });
/** Its pid belongs to another process now. */
const reused = (): Owner => other({ pid: process.ppid, startTime: '1' });
/** A worker of another machine with the same name, the same first pid namespace and the same pid. */
const elsewhere = (): Owner =>
  other({
    pid: deadPid,
    pidSpace: '00000000-0000-4000-8000-000000000000 pid:[4026531836] time:[4026531834]',
  });

let workDir = '';
let deadWorkers: DeadWorkers;

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['performance'] });
  workDir = await temporaryFolder();
  deadWorkers = new DeadWorkers(workDir, self);
});

afterEach(() => {
  vi.useRealTimers();
});

/** Makes a worker's folder with a file in it, and sets when it was last marked as alive. Returns its name. */
async function folder(owner: Owner, marked = new Date()): Promise<string> {
  const { path } = new WorkerFolder(workDir, owner);
  await new WorkerFolder(workDir, owner).make();
  await writeFile(join(path, 'export.zip'), 'PK');
  await utimes(path, marked, marked);
  return owner.name;
}

/**
 * Sweeps, lets eleven minutes pass and sweeps again: the folders of workers that were not marked in between are gone
 * then.
 */
async function sweepForLong(): Promise<string[]> {
  const first = await deadWorkers.sweep();
  vi.advanceTimersByTime(11 * MINUTE_MS);
  return [...first, ...(await deadWorkers.sweep())];
}

describe.runIf(process.platform === 'linux')('on Linux, the sweep of dead workers', () => {
  it.each([
    ['of a process that has ended', dead],
    ['of a process whose id another one has now', reused],
    ['of an earlier process that had the same id', () => other({ startTime: '1' })],
  ])('removes at once the folder %s', async (_, owner) => {
    const name = await folder(owner());
    expect(await deadWorkers.sweep()).toEqual([name]);
    expect(await readdir(workDir)).toEqual([]);
  });
});

describe('the sweep of dead workers', () => {
  it.each([
    ['its own', () => self],
    ['a process that runs', () => other({ pid: process.ppid, startTime: null })],
    ['another worker of the same process', () => other()],
  ])('leaves the folder of %s, whatever the clock says', async (_, owner) => {
    for (const marked of [longAgo, new Date(), new Date(Date.now() + 3 * 60 * MINUTE_MS)]) {
      const name = await folder(owner(), marked);
      expect(await deadWorkers.sweep()).toEqual([]);
      expect(await readdir(workDir)).toContain(name);
    }
  });

  it('leaves its own folder, however long it was not marked', async () => {
    await folder(self, longAgo);
    expect(await sweepForLong()).toEqual([]);
  });

  it.each([
    ['another machine that has the same name, pid namespace and process id', elsewhere],
    ['another host', () => other({ pid: deadPid, host: 'elsewhere' })],
    ['a system that does not tell', () => other({ pid: deadPid, pidSpace: null, startTime: null })],
  ])('removes the folder of %s only when nobody marked it for ten minutes', async (_, owner) => {
    const name = await folder(owner(), longAgo);
    expect(await deadWorkers.sweep()).toEqual([]);
    vi.advanceTimersByTime(9 * MINUTE_MS);
    expect(await deadWorkers.sweep()).toEqual([]);
    vi.advanceTimersByTime(2 * MINUTE_MS);
    expect(await deadWorkers.sweep()).toEqual([name]);
    expect(await readdir(workDir)).toEqual([]);
  });

  it('takes no worker for dead at once when the system does not tell its own pid space', async () => {
    await folder(other({ pid: deadPid, pidSpace: null }));
    deadWorkers = new DeadWorkers(workDir, { ...self, pidSpace: null });
    expect(await deadWorkers.sweep()).toEqual([]);
  });

  it('leaves another machine’s folder that is still marked, by a clock that is hours off', async () => {
    const name = await folder(elsewhere(), longAgo);
    for (let minute = 0; minute < 30; minute += 5) {
      const marked = new Date(longAgo.getTime() + minute * MINUTE_MS);
      await utimes(join(workDir, name), marked, marked);
      expect(await deadWorkers.sweep()).toEqual([]);
      vi.advanceTimersByTime(5 * MINUTE_MS);
    }
    expect(await readdir(workDir)).toEqual([name]);
  });

  it('finds nothing when WORK_DIR does not exist', async () => {
    expect(await new DeadWorkers(join(workDir, 'nowhere'), self).sweep()).toEqual([]);
  });
});

describe('the sweep of dead workers never removes a folder without a marker of ours, such as', () => {
  it.each(['lost+found', 'data', '2026-01-01', 'backup-3-1767225600000', `machine-${deadPid}-abcdef012345`])(
    'a folder called %s',
    async (name) => {
      await mkdir(join(workDir, name));
      await writeFile(join(workDir, name, 'precious'), 'content');
      await utimes(join(workDir, name), longAgo, longAgo);
      expect(await sweepForLong()).toEqual([]);
      expect(await readdir(join(workDir, name))).toEqual(['precious']);
    },
  );

  it.each([
    ['nothing', ''],
    ['half of it', '{"madeBy":"amplitude-export","name":"x'],
    ['no object', '7'],
    ['another program’s', JSON.stringify({ ...dead(), madeBy: 'other', name: 'x' })],
    ['no process', JSON.stringify({ madeBy: 'amplitude-export', name: 'x' })],
    ['process 0', JSON.stringify({ ...dead(), madeBy: 'amplitude-export', name: 'x', pid: 0 })],
    ['all processes', JSON.stringify({ ...dead(), madeBy: 'amplitude-export', name: 'x', pid: -1 })],
  ])('a folder whose marker says %s', async (_, marker) => {
    await mkdir(join(workDir, 'x'));
    await writeFile(join(workDir, 'x', MARKER_FILE), marker);
    expect(await sweepForLong()).toEqual([]);
    expect(await readdir(workDir)).toEqual(['x']);
  });

  it('a copy of a dead worker’s folder under another name', async () => {
    const name = await folder(dead());
    await cp(join(workDir, name), join(workDir, 'kept-for-later'), { recursive: true });
    await rm(join(workDir, name), { recursive: true });
    expect(await sweepForLong()).toEqual([]);
  });

  it('a link to a dead worker’s folder, and a file', async () => {
    const away = await temporaryFolder();
    const owner = dead();
    await new WorkerFolder(away, owner).make();
    await symlink(join(away, owner.name), join(workDir, owner.name));
    await writeFile(join(workDir, 'file'), '');
    expect(await sweepForLong()).toEqual([]);
    expect(await readdir(away)).toEqual([owner.name]);
  });
});
