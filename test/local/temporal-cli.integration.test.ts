import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { afterAll, beforeAll, expect, test } from 'vitest';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'temporal-cli-test-'));
});
afterAll(() => rm(folder, { recursive: true }));

function run(cli: string, args: string[]): Promise<{ code: unknown; stdout: string; stderr: string }> {
  const script = fileURLToPath(new URL('../../local/temporal-cli.js', import.meta.url));
  return new Promise((resolve) => {
    const env = { ...process.env, TEMPORAL_CLI: cli };
    execFile(process.execPath, [script, ...args], { env }, (error, stdout, stderr) =>
      resolve({ code: error?.code ?? 0, stdout, stderr }),
    );
  });
}

test('arguments, output and exit code pass through', async () => {
  const cli = join(folder, 'temporal');
  await writeFile(cli, '#!/bin/sh\nprintf "<%s>" "$@"\necho oops >&2\nexit 7\n', { mode: 0o755 });
  expect(await run(cli, ['workflow', 'list', '--query', 'a = "b c"'])).toEqual({
    code: 7,
    stdout: '<workflow><list><--query><a = "b c">',
    stderr: 'oops\n',
  });
});

test('a CLI that cannot be found gives one line and exit code 1', async () => {
  const result = await run(join(folder, 'absent'), []);
  expect(result.code).toBe(1);
  expect(result.stderr).toMatch(/^TEMPORAL_CLI=.* is not an executable file\..*\n$/);
});
