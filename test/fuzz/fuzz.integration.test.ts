import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { gzipLines, temporaryFolder, zipOf } from '../support/archives.ts';
import { fuzz } from './fuzz.ts';
import { inputOf } from './input.ts';
import { runRound } from './round.ts';

const MAIN = fileURLToPath(new URL('main.js', import.meta.url));

function runMain(...args: readonly string[]): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(process.execPath, [MAIN, ...args], { encoding: 'utf8' });
}

describe('the fuzz target', () => {
  it('finds nothing in its first rounds, which have every kind of outcome', async () => {
    const lines: string[] = [];
    const task = { seed: 1, first: 0, rounds: 250, deadlineMs: Infinity };
    const { outcomes, finding } = await fuzz(task, (line) => lines.push(line), new AbortController().signal);
    expect(finding).toBeUndefined();
    expect([...outcomes.keys()].sort()).toEqual([
      'ArchiveBroken',
      'ArchiveLimitsExceeded',
      'MemberCorrupt',
      'landed',
    ]);
    expect(lines.at(-1)).toMatch(/^250 rounds, \d+\/s, \d+ MiB: ArchiveBroken \d+, /);
  });

  it('makes the same input from the same seed and round', () => {
    for (let round = 0; round < 50; round += 1) expect(inputOf(7, round)).toEqual(inputOf(7, round));
  });

  it('reports a finding when a whole archive is refused', async () => {
    const bytes = zipOf([{ bytes: gzipLines('{}') }]).subarray(1);
    const round = runRound({ bytes, limits: {}, whole: true }, await temporaryFolder());
    await expect(round).rejects.toThrow(/^whole, but refused: ArchiveBroken: /);
  });

  it('ends when its time is over, and prints its seed', () => {
    const { status, stdout } = runMain('--seed', '2', '--seconds', '1');
    expect(stdout).toMatch(/^seed 2\n\d+ rounds, /);
    expect(status).toBe(0);
  });

  it('ends on Ctrl-C as at the end of its time, and leaves no file', async () => {
    const folder = await temporaryFolder();
    const env = { ...process.env, TMPDIR: folder };
    const running = spawn(process.execPath, [MAIN, '--seed', '3'], { env });
    const ended = once(running, 'exit');
    let output = '';
    running.stdout.on('data', (chunk) => (output += String(chunk)));
    await expect.poll(() => output).toMatch(/^seed 3\n\d+ rounds, /);
    running.kill('SIGINT');
    expect(await ended).toEqual([0, null]);
    expect(output.trim().split('\n').at(-1)).toMatch(/^\d+ rounds, /);
    expect(await readdir(folder)).toEqual([]);
  });

  it('prints its usage on wrong arguments', () => {
    const { status, stderr } = runMain('--seed', 'two');
    expect(stderr).toMatch(/--seed must be a whole number, not "two"\nusage: npm run fuzz -- /);
    expect(status).toBe(2);
  });
});
