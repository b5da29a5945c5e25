import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { expectAnswers } from '../support/demo-answers.ts';
import { runVerb, startLine, startVerb } from '../support/command-line.ts';
import { exampleOf } from '../support/help-examples.ts';

const run = promisify(execFile);

/** The demo keeps everything below this folder, so the name of the folder finds its processes. */
let temporary: string;

beforeEach(async () => {
  temporary = await mkdtemp(join(tmpdir(), 'amplitude-export-demo-test-'));
});

afterEach(() => rm(temporary, { recursive: true, force: true }));

/** The command lines of the demo's processes that still run. Source: proc_pid_cmdline(5). */
async function processesLeft(): Promise<string[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  // A process may end while this reads /proc.
  const lines = await Promise.all(
    pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')),
  );
  return lines.filter((line) => line.includes(temporary));
}

describe('the demo', () => {
  it('exports the sample day, shows it, answers questions, and leaves the landed files and no process', async () => {
    const ended = await runVerb(['demo', '--query'], { TMPDIR: temporary });
    expect(ended.err).toContain('24 of 24 hours landed');
    expect(ended.out).toMatch(/^24 hours +24 landed +44,508 +16 /m);
    expect(ended.code).toBe(0);

    const look = /^ {2}(gunzip .*)$/m.exec(ended.out)?.[1];
    const { stdout: line } = await run('sh', ['-c', String(look)]);
    expect(JSON.parse(line)).toHaveProperty('uuid');

    const [folder = ''] = await readdir(temporary);
    expect(await readdir(join(temporary, folder))).toEqual(['landed']);
    const manifests = await readdir(join(temporary, folder, 'landed/amplitude/manifests/dt=2026-01-01'));
    expect(manifests).toHaveLength(24);
    await expectAnswers(ended.out, join(temporary, folder, 'landed'));
    expect(await processesLeft()).toEqual([]);
  });

  it.each([
    ['at once', /^starting/, 0],
    ['while its servers start', /^starting/, 1000],
    ['while its worker starts', /are up after/, 100],
    ['in the middle of the day', /[1-9] of 24 hours landed/, 0],
  ])('leaves no process and no file after Ctrl-C %s', async (_, moment, delayMs) => {
    const demo = startVerb(['demo'], { TMPDIR: temporary });
    await demo.saying(moment);
    await sleep(delayMs);
    demo.child.kill('SIGINT');
    expect(await demo.ended).toMatchObject({ code: 130 });
    expect(await processesLeft()).toEqual([]);
    expect(await readdir(temporary)).toEqual([]);
  });

  it('says in one line what is wrong with its folder', async () => {
    const ended = await runVerb(['demo', '--data', '/dev/null/none'], { TMPDIR: temporary });
    expect(ended).toMatchObject({
      code: 2,
      err: expect.stringMatching(/^InputInvalid: --data .*\n {2}What to do: .*\n$/) as string,
    });
  });

  it('with --keep, as in the example in its help, prints the address of the Web UI and runs until Ctrl-C', async () => {
    const demo = startLine(await exampleOf('demo'), { TMPDIR: temporary }, temporary);
    await demo.saying(/Everything runs until Ctrl-C/);
    const { out } = demo.soFar();
    const webUi = /Temporal Web UI: (\S+)/.exec(out)?.[1];
    expect((await fetch(String(webUi))).status).toBe(200);
    const variables = [...out.matchAll(/^ {2}export (\w+)=(.*)$/gm)].map(([, name, value]) => [name, value]);
    const env = Object.fromEntries(variables) as Record<string, string>;
    const again = await runVerb(['run', '--from', '2026-01-02T05', '--to', '2026-01-02T05'], env);
    expect(again.code).toBe(0);
    demo.child.kill('SIGINT');
    expect(await demo.ended).toMatchObject({ code: 0 });
    expect(await processesLeft()).toEqual([]);
  });
});
