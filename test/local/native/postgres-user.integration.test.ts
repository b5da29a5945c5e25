import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { postgresUser } from '../../../local/native/postgres-user.ts';

let path: string;
beforeEach(async () => {
  path = await mkdtemp(join(tmpdir(), 'postgres-user-test-'));
  vi.stubEnv('PATH', path);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  await rm(path, { recursive: true });
});

function we(uid: number): void {
  vi.spyOn(process, 'getuid').mockReturnValue(uid);
}

async function program(name: string, script: string): Promise<void> {
  await writeFile(join(path, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
}

it('PostgreSQL runs as the user that we are', async () => {
  we(1000);
  expect((await postgresUser()).prefix).toEqual([]);
});

it('PostgreSQL runs as postgres when we are root', async () => {
  we(0);
  await program('setpriv', '');
  await program('id', '[ "$1" = -u ] && echo 101 || echo 104');
  const { prefix } = await postgresUser();
  expect(prefix).toEqual([join(path, 'setpriv'), '--reuid=101', '--regid=104', '--clear-groups']);
});

it('root is told which Debian package is missing', async () => {
  we(0);
  await expect(postgresUser()).rejects.toMatchObject({
    type: 'ToolMissing',
    message: expect.stringContaining('Debian package util-linux') as string,
  });
  await program('setpriv', '');
  await program('id', 'echo "no such user" >&2; exit 1');
  await expect(postgresUser()).rejects.toMatchObject({
    type: 'ToolMissing',
    message: expect.stringContaining('Debian package postgresql') as string,
  });
});
