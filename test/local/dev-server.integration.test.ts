import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, readdir, readFile, symlink } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { freePorts } from '../../local/free-ports.ts';
import { temporaryFolder } from '../support/archives.ts';
import { runVerb, type Ended } from '../support/command-line.ts';

/** The README's command that starts a Temporal server. */
async function readmeCommand(): Promise<string> {
  const [, command] = /^(npm run .*?) +# 2\./m.exec(await readFile('README.md', 'utf8')) ?? [];
  if (command === undefined) throw new Error('the README has no second step that is an npm script');
  return command;
}

/** A folder of its own in which the project's scripts run. */
async function checkout(): Promise<string> {
  const folder = await temporaryFolder();
  await copyFile('package.json', join(folder, 'package.json'));
  for (const name of ['dist', 'node_modules']) await symlink(resolve(name), join(folder, name));
  return folder;
}

/** Ends a command and every process that it started: it leads a process group. */
async function end(leader: ChildProcess): Promise<void> {
  if (leader.exitCode !== null || leader.signalCode !== null) return;
  const ended = once(leader, 'close');
  process.kill(-Number(leader.pid), 'SIGTERM');
  await ended;
}

it('a schedule survives a restart of the server that the README starts', async () => {
  const command = await readmeCommand();
  const folder = await checkout();
  const [grpc, ui, http, metrics] = await freePorts(4);
  const ports = `--port ${grpc} --ui-port ${ui} --http-port ${http} --metrics-port ${metrics}`;
  const line = command.includes(' -- ') ? `${command} ${ports}` : `${command} -- ${ports}`;
  const describeSchedule = async (): Promise<Ended> => runVerb(['schedule', 'describe'], env);
  const env = {
    AWS_BUCKET_NAME: 'lake',
    TEMPORAL_ADDRESS: `127.0.0.1:${grpc}`,
    TEMPORAL_CONFIG_FILE: join(folder, 'none.toml'),
  };
  const start = async (): Promise<ChildProcess> => {
    const server = spawn('sh', ['-c', line], {
      cwd: folder,
      detached: true,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    server.stdout.resume();
    onTestFinished(async () => end(server));
    await expect.poll(async () => (await describeSchedule()).err).not.toContain('TemporalUnreachable');
    return server;
  };

  const first = await start();
  expect(await runVerb(['schedule', 'create', '--at', '03:30'], env)).toMatchObject({ code: 0 });
  await end(first);
  await start();
  expect(await describeSchedule()).toMatchObject({
    code: 0,
    out: expect.stringContaining('amplitude-export-daily: active') as string,
  });
  // Git ignores all files that the server writes.
  const files = (await readdir(folder)).filter((name) => name.startsWith('temporal'));
  expect(files).toContain('temporal.db');
  expect(await readFile('.gitignore', 'utf8')).toMatch(/^temporal\.db\*$/m);
});
