import { readdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../support/archives.ts';
import { startScript } from '../support/command-line.ts';

const main = fileURLToPath(new URL('../../bench/main.js', import.meta.url));

it('a benchmark with a Temporal runtime ends at SIGTERM and leaves no file', async () => {
  const TMPDIR = await temporaryFolder();
  const bench = startScript(main, ['orchestration'], { TMPDIR });
  await bench.saying(/are up after/);
  bench.child.kill('SIGTERM');
  expect(await bench.ended).toMatchObject({ code: 143, err: '' });
  expect(await readdir(TMPDIR)).toEqual([]);
});

it('a benchmark that is not there is wrong usage', async () => {
  expect(await startScript(main, ['speed'], {}).ended).toMatchObject({
    code: 2,
    err: 'usage: npm run bench -- NAME, where NAME is one of orchestration, status\n',
  });
});
