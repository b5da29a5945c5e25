import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openPipeline, type Pipeline } from './support/pipeline.ts';

const shell = promisify(execFile);

const readme = await readFile('README.md', 'utf8');

/** The commands of the README's shell blocks, without their comments. */
const commands = [...readme.matchAll(/^```sh\n([^]*?)^```/gm)]
  .flatMap(([, block = '']) => block.trim().split('\n'))
  .map((line) => line.replace(/\s+#.*$/, ''));

function command(start: string): string {
  const found = commands.find((line) => line.startsWith(start));
  if (found === undefined) throw new Error(`the README has no command ${start}`);
  return found;
}

describe('the commands of the README', () => {
  let pipeline: Pipeline;
  let npmCache: string;
  let report: string;

  beforeAll(async () => {
    // As on a machine where npx has not run before.
    npmCache = await mkdtemp(join(tmpdir(), 'amplitude-export-npm-'));
    report = join(npmCache, 'status.html');
    // One hour with rejected lines, and empty ones, which are cheap: a whole day of events is the sample day's to prove.
    pipeline = await openPipeline({ faults: ['2026-01-01T17=repacked', '*=404'] });
    await pipeline.startWorker({ TASK_QUEUE: 'amplitude-export' });
  });
  afterAll(async () => {
    await pipeline.close();
    await rm(npmCache, { recursive: true, force: true });
  });

  async function run(line: string): Promise<string> {
    const env = {
      ...process.env,
      ...pipeline.env,
      TASK_QUEUE: 'amplitude-export',
      npm_config_cache: npmCache,
    };
    const { stdout } = await shell('sh', ['-c', line], { env });
    return stdout;
  }

  it('are these', () => {
    expect(commands).toEqual([
      'npm ci && npm run demo',
      'npm ci && npm test',
      'cp .env.example .env',
      'npm run temporal:server',
      'npx amplitude-export setup',
      'npx amplitude-export worker',
      'npx amplitude-export run --from 2026-01-01 --to 2026-01-02',
      expect.stringContaining('npm run temporal -- workflow start --type exportInterval'),
      'npx amplitude-export schedule create --at 03:30',
      'npx amplitude-export backfill --from 2025-12-01 --to 2025-12-31 --concurrency 8',
      'npx amplitude-export status --from 2025-12-01 --to 2026-01-02 --html status.html',
      'npx amplitude-export verify --from 2025-12-01 --to 2026-01-02 --repair',
    ]);
  });

  it('leave the build alone: a worker may be running from it', async () => {
    const { mtimeMs } = await stat('dist/client/main.js');
    await run('npx amplitude-export --version');
    expect(await stat('dist/client/main.js')).toMatchObject({ mtimeMs });
  });

  it('make the bucket', async () => {
    expect(await run(command('npx amplitude-export setup'))).toContain(
      `bucket ${pipeline.bucket.name}: present`,
    );
  });

  it('export two days', async () => {
    expect(await run(command('npx amplitude-export run'))).toMatch(/48 hours +48 landed/);
  });

  it('start a run with the Temporal CLI', async () => {
    const started = await run(command('npm run temporal -- workflow start'));
    const workflowId = /WorkflowId\s+(\S+)/.exec(started)?.[1];
    const result = await pipeline.client.workflow.getHandle(String(workflowId)).result();
    expect(result).toMatchObject({ alreadyLanded: 24, failed: [] });
  });

  it('make a schedule', async () => {
    expect(await run(command('npx amplitude-export schedule create'))).toContain(
      'amplitude-export-daily: created',
    );
    await run('npx amplitude-export schedule delete');
  });

  it('backfill, show the ledger, and verify it', async () => {
    // Three days stand for the month, and hours without data for others.
    const short = (line: string): string =>
      line.replace('2025-12-01', '2025-12-29').replace('status.html', report);
    const backfill = await run(short(command('npx amplitude-export backfill')));
    expect(backfill).toContain('72 of 72 hours landed (72 empty');
    expect(await run(short(command('npx amplitude-export status')))).toContain('120 hours');
    expect(await readFile(report, 'utf8')).toMatch(/^<!doctype html>/i);
    expect(await run(short(command('npx amplitude-export verify')))).toContain('no problems');
  });

  it('find the Temporal CLI', async () => {
    expect(await run('npm run temporal -- --version')).toContain('temporal version');
  });
});
