import { spawn } from 'node:child_process';
import { afterEach, expect, it } from 'vitest';
import { cpuMs, cpuMsWithChildren } from '../../../bench/support/process-figures.ts';

const ends: (() => void)[] = [];
afterEach(() => ends.splice(0).forEach((end) => end()));

it('counts the CPU time of children, of running and of ended ones', async () => {
  const busy = `const until = process.cpuUsage().user + 300_000; while (process.cpuUsage().user < until);`;
  const script = `"$0" -e '${busy}'; "$0" -e '${busy} process.stdin.resume()'; true`;
  const shell = spawn('/bin/sh', ['-c', script, process.execPath], { stdio: ['pipe', 'ignore', 'inherit'] });
  // The second child ends with its input, and the shell after it.
  ends.push(() => shell.stdin?.destroy());
  const pid = shell.pid ?? 0;
  await expect.poll(() => cpuMsWithChildren(pid)).toBeGreaterThan(600);
  expect(await cpuMs([pid])).toBeLessThan(300);
});
