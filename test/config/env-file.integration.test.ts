import { execFileSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../support/archives.ts';

describe('a file .env', () => {
  it('adds to the environment, whose variables stay', async () => {
    const seen = await seenWith('S3_PREFIX=file\nOUTPUTS="raw, events" # both\n', {
      S3_PREFIX: 'environment',
    });
    expect(seen).toEqual({ S3_PREFIX: 'environment', OUTPUTS: 'raw, events' });
  });

  it('may be missing', async () => {
    expect(await seenWith(undefined, {})).toEqual({ S3_PREFIX: null, OUTPUTS: null });
  });
});

/** The variables of a process that reads `.env` in its folder. */
async function seenWith(text: string | undefined, env: Record<string, string>): Promise<unknown> {
  const cwd = await temporaryFolder();
  if (text !== undefined) await writeFile(join(cwd, '.env'), text);
  const program = `
    import { readEnvFile } from ${JSON.stringify(new URL('../../config/settings.js', import.meta.url).href)};
    readEnvFile();
    const { S3_PREFIX = null, OUTPUTS = null } = process.env;
    console.log(JSON.stringify({ S3_PREFIX, OUTPUTS }));
  `;
  const args = ['--input-type=module', '--eval', program];
  return JSON.parse(execFileSync(process.execPath, args, { cwd, env, encoding: 'utf8' })) as unknown;
}
