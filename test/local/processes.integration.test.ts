import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { startProcess, type RunningProcess } from '../../local/processes.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'processes-test-'));
});
afterAll(() => rm(folder, { recursive: true }));

let logs = 0;
async function startShell(script: string, env: NodeJS.ProcessEnv = {}): Promise<RunningProcess> {
  logs += 1;
  return startProcess({
    name: 'a test process',
    command: '/bin/sh',
    args: ['-c', script],
    env,
    cwd: folder,
    logFile: join(folder, `${logs}.log`),
  });
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** Milliseconds until the process is gone; fails after 10 seconds. */
async function untilGone(pid: number): Promise<number> {
  const startedAt = performance.now();
  while (isAlive(pid)) {
    expect(performance.now() - startedAt, `process ${pid} still lives`).toBeLessThan(10_000);
    await sleep(20);
  }
  return performance.now() - startedAt;
}

describe('the life line', () => {
  const endings = [
    { how: 'is killed', ending: 'setInterval(() => {}, 1000)', signal: 'SIGKILL' },
    { how: 'is interrupted', ending: 'setInterval(() => {}, 1000)', signal: 'SIGINT' },
    { how: 'fails', ending: 'throw new Error("boom")', signal: undefined },
    { how: 'calls process.exit', ending: 'process.exit(0)', signal: undefined },
    { how: 'simply comes to its end', ending: '', signal: undefined },
  ] as const;

  test.concurrent.for(endings)('a process ends when its parent $how', async (parentEnd, { expect }) => {
    const { how, ending, signal } = parentEnd;
    const leftover = join(folder, `it's left over when its parent ${how}`);
    await writeFile(leftover, '');
    const options = {
      removeAtEnd: [leftover],
      name: 'child',
      command: '/bin/sleep',
      args: ['300'],
      env: {},
      cwd: folder,
      logFile: join(folder, `${how}.log`),
    };
    const module = new URL('../../local/processes.js', import.meta.url).href;
    const script = `
      const { startProcess } = await import(${JSON.stringify(module)});
      const child = await startProcess(${JSON.stringify(options)});
      console.log(child.pid);
      ${ending}`;
    const parent = spawn(process.execPath, ['--input-type=module', '--eval', script], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const ended = once(parent, 'exit');
    let output = '';
    for await (const chunk of parent.stdout) {
      output += String(chunk);
      if (output.includes('\n') && signal !== undefined) parent.kill(signal);
    }
    await ended;
    expect(output).toMatch(/^\d+\n$/);
    expect(await untilGone(Number(output))).toBeLessThan(3000);
    await expect.poll(() => existsSync(leftover)).toBe(false);
  });

  test.concurrent('a process that ignores SIGTERM is killed after the grace time', async () => {
    const stubborn = await startShell('trap "" TERM; echo ready; while :; do sleep 0.2; done');
    while (!(await stubborn.logTail()).includes('ready')) await sleep(10);
    const startedAt = performance.now();
    await stubborn.stop();
    expect(performance.now() - startedAt).toBeGreaterThan(4000);
    expect(isAlive(stubborn.pid)).toBe(false);
    expect(await stubborn.exited).toBe(128 + 9);
  });
});

describe('stopping', () => {
  test('may be requested twice at once, and again later', async () => {
    const running = await startShell('exec sleep 300');
    expect(isAlive(running.pid)).toBe(true);
    await Promise.all([running.stop(), running.stop()]);
    await running.stop();
    expect(isAlive(running.pid)).toBe(false);
    expect(await running.exited).toBe(128 + 15);
  });

  test('lets a process end in its own way', async () => {
    const polite = await startShell('trap "echo bye; exit 0" TERM; echo ready; while :; do sleep 0.05; done');
    while (!(await polite.logTail()).includes('ready')) await sleep(10);
    await polite.stop();
    expect(await polite.logTail()).toBe('ready\nbye');
    expect(await polite.exited).toBe(0);
  });

  test('is not an error when the process has already ended', async () => {
    const short = await startShell('exit 3');
    expect(await short.exited).toBe(3);
    await short.stop();
  });
});

test('a process gets exactly the given arguments and environment', async () => {
  const running = await startProcess({
    name: 'env',
    command: '/usr/bin/env',
    args: [],
    env: { GREETING: "two  spaces and a ' quote", PATH: '/usr/bin:/bin' },
    cwd: folder,
    logFile: join(folder, 'env.log'),
  });
  expect(await running.exited).toBe(0);
  const lines = (await running.logTail()).split('\n').filter((line) => !/^(PWD|SHLVL|OLDPWD|_)=/.test(line));
  expect(lines.sort()).toEqual(["GREETING=two  spaces and a ' quote", 'PATH=/usr/bin:/bin']);
});

test('a log is appended to, and its tail begins at the last start', async () => {
  const logFile = join(folder, 'appended.log');
  const options = { name: 'echo', command: '/bin/echo', env: {}, cwd: folder, logFile };
  const first = await startProcess({ ...options, args: ['first'] });
  await first.exited;
  const second = await startProcess({ ...options, args: ['second'] });
  await second.exited;
  expect(await second.logTail()).toBe('second');
  expect(await readFile(logFile, 'utf8')).toBe('first\nsecond\n');
});

test('a command that does not exist says so in its log', async () => {
  const running = await startProcess({
    name: 'nothing',
    command: join(folder, 'no-such-command'),
    args: [],
    env: {},
    cwd: folder,
    logFile: join(folder, 'missing.log'),
  });
  expect(await running.exited).toBe(127);
  expect(await running.logTail()).toMatch(/no-such-command.*not found|No such file/);
});

test('a folder that does not exist is named', async () => {
  const options = {
    name: 'nothing',
    command: '/bin/echo',
    args: [],
    env: {},
    logFile: join(folder, 'x.log'),
  };
  await expect(startProcess({ ...options, cwd: join(folder, 'absent') })).rejects.toMatchObject({
    type: 'ServerNotStarted',
    message: expect.stringContaining(join(folder, 'absent')) as string,
  });
});
