import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, expect, test } from 'vitest';

import { freePorts } from '../../local/free-ports.ts';
import { startProcess, type RunningProcess } from '../../local/processes.ts';
import { retryIfPortTaken, untilReady } from '../../local/server-start.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'server-start-test-'));
});
afterAll(() => rm(folder, { recursive: true }));

function startShell(script: string): Promise<RunningProcess> {
  const options = { name: 'The test server', command: '/bin/sh', args: ['-c', script], env: {}, cwd: folder };
  return startProcess({ ...options, logFile: join(folder, 'server.log') });
}

const neverReady = () => Promise.reject(new Error('not yet'));

test('a server that dies while starting is reported with its exit code and the end of its log', async () => {
  const server = await startShell('for i in 1 2 3; do echo "line $i"; done; echo "disk on fire" >&2; exit 4');
  await expect(untilReady(server, neverReady)).rejects.toMatchObject({
    type: 'ServerNotStarted',
    message:
      'The test server ended with code 4 while starting. The end of its log:\nline 1\nline 2\nline 3\ndisk on fire',
  });
});

test('a server is ready when the check passes, not before', async () => {
  const server = await startShell('exec sleep 60');
  let checks = 0;
  await untilReady(server, () => {
    checks += 1;
    return checks < 3 ? neverReady() : Promise.resolve();
  });
  expect(checks).toBe(3);
  await server.stop();
});

test.each([
  ['bind: address already in use', 2],
  ['no such option', 1],
])('a server that dies saying "%s" is started %i times', async (reason, times) => {
  let starts = 0;
  const start = async () => {
    starts += 1;
    await untilReady(await startShell(`echo "${reason}"; exit 1`), neverReady);
  };
  await expect(retryIfPortTaken(start)).rejects.toThrow(reason);
  expect(starts).toBe(times);
});

test('free ports are distinct, also over several calls at once, and free', async () => {
  const ports = (await Promise.all([freePorts(20), freePorts(20)])).flat();
  expect(new Set(ports).size).toBe(40);
  for (const port of ports) {
    const server = createServer();
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, '127.0.0.1', resolve);
    });
    await new Promise((resolve) => server.close(resolve));
  }
});
