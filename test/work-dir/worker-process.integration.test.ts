import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { hasEnded, thisProcess, type WorkerProcess } from '../../work-dir/worker-process.ts';

const self = thisProcess();

/** Starts a process whose name looks like other fields of its `stat`. It ends with the test. */
async function startOdd(): Promise<{ child: ChildProcess; process: WorkerProcess }> {
  const program = `
    import { thisProcess } from ${JSON.stringify(new URL('../../work-dir/worker-process.js', import.meta.url).href)};
    process.title = ') S 1 (2';
    console.log(JSON.stringify(thisProcess()));
    setInterval(() => {}, 1000);
  `;
  const args = ['--input-type=module', '--eval', program];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'ignore'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const [said] = (await once(child.stdout, 'data')) as [Buffer];
  return { child, process: JSON.parse(said.toString()) as WorkerProcess };
}

describe.runIf(process.platform === 'linux')('on Linux, a process', () => {
  it('knows its pid space and its start', () => {
    expect(self).toMatchObject({
      pid: process.pid,
      pidSpace: expect.stringMatching(/^[0-9a-f-]{36} pid:\[\d+\]/) as string,
      startTime: expect.stringMatching(/^\d+$/) as string,
    });
  });

  it('has not ended while it runs, whatever its name, and has ended when it is gone', async () => {
    const { child, process: other } = await startOdd();
    expect(await readFile(`/proc/${child.pid}/comm`, 'utf8')).toBe(') S 1 (2\n');
    expect(hasEnded(other, self)).toBe(false);
    expect(hasEnded({ ...other, startTime: '1' }, self)).toBe(true);
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(hasEnded(other, self)).toBe(true);
    expect(hasEnded({ ...other, pidSpace: 'another' }, self)).toBe(false);
    expect(hasEnded({ ...other, host: 'another' }, self)).toBe(false);
  });
});

it('a process has not ended for a process that cannot see it', () => {
  const blind = { ...self, pidSpace: null };
  expect(hasEnded(blind, blind)).toBe(false);
});
