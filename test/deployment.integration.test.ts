import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isOneShot, listOf, readCompose, readDockerfile } from './support/compose.ts';

// The tests run from the repository root, where the files that deploy it are.
const compose = readCompose(readFileSync('docker-compose.temporal.yml', 'utf8'));
const services = Object.entries(compose.services);
const image = readDockerfile(readFileSync('Dockerfile', 'utf8')).at(-1);
const worker = compose.services['worker'];

/** Words of a health check or command, without the `$$` that keeps Compose from filling them in. */
function shellText(words: string | readonly string[] | undefined): string {
  return (typeof words === 'string' ? words : (words?.at(-1) ?? '')).replaceAll('$$', '$');
}

describe('docker-compose.temporal.yml', () => {
  it('has scripts that a shell can read', () => {
    const scripts = services
      .filter(([, service]) => isOneShot(service) && service.build === undefined)
      .map(([, service]) => shellText(service.command));
    expect(scripts).toHaveLength(2);
    for (const script of scripts) execFileSync('/bin/sh', ['-n', '-c', script]);
  });
});

describe("the worker's health check", () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'health-'));
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  function isHealthy(): boolean {
    try {
      execFileSync('/bin/sh', ['-c', shellText(worker?.healthcheck?.test)], {
        env: { ...process.env, WORK_DIR: folder },
        stdio: 'ignore',
      });
      return true;
    } catch {
      return false;
    }
  }

  it('asks for a folder of this worker that was touched within two minutes', () => {
    const own = join(folder, `${hostname()}-7-0123456789ab`);
    const other = join(folder, 'elsewhere-7-0123456789ab');
    expect(isHealthy()).toBe(false);

    mkdirSync(other);
    expect(isHealthy(), "another worker's folder proves nothing").toBe(false);

    mkdirSync(own);
    expect(isHealthy()).toBe(true);

    const longAgo = new Date(Date.now() - 4 * 60_000);
    utimesSync(own, longAgo, longAgo);
    expect(isHealthy(), 'a folder that is no longer touched').toBe(false);
  });
});

describe('Dockerfile', () => {
  it('and the Compose file use verbs that the command line has', () => {
    const help = execFileSync(process.execPath, ['dist/client/main.js', '--help'], { encoding: 'utf8' });
    const verbs = [...help.matchAll(/^ {2}([a-z][a-z-]*)/gm)].map((match) => match[1]);
    const used = services
      .filter(([, service]) => service.build !== undefined)
      .map(([, service]) => service.command?.[0]);
    expect(used).toEqual(['setup', 'worker']);
    expect(verbs).toEqual(expect.arrayContaining([...used, ...listOf(image, 'CMD')]));
  });
});
