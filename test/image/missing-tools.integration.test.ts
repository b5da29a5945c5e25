import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { startScript } from '../support/command-line.ts';

const suite = fileURLToPath(new URL('main.js', import.meta.url));

it('without its tools, the image test fails and says how to install them', async () => {
  const { code, out, err } = await startScript(suite, [], { PATH: '' }).ended;
  expect(code).toBe(1);
  expect(err).toContain('ToolMissing: not on PATH: buildah, mmdebstrap, runc.');
  expect(err).toContain('apt-get install --no-install-recommends buildah mmdebstrap runc');
  expect(out).toBe('');
});
