import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { describe, expect, it } from 'vitest';
import { freePorts } from '../local/free-ports.ts';
import { readCompose } from '../local/native/compose-file.ts';
import { isOneShot, listOf, readDockerfile } from './support/compose.ts';

// The tests run from the repository root, where the files that deploy it are.
const compose = readCompose(readFileSync('docker-compose.temporal.yml', 'utf8'));
const services = Object.entries(compose.services);
const image = readDockerfile(readFileSync('Dockerfile', 'utf8')).at(-1);
const worker = compose.services['worker'];

/** Words of a health check or command, without the `$$` that keeps Compose from filling them in. */
function shellText(words: string | readonly string[] | undefined): string {
  return (typeof words === 'string' ? words : (words?.at(-1) ?? '')).replaceAll('$$', '$');
}

/** The words of a health check that is no text for a shell. */
function listIn(test: string | readonly string[] | undefined): readonly string[] {
  return Array.isArray(test) ? test : [];
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
  const [, ...words] = listIn(worker?.healthcheck?.test);
  const port = Number(String(worker?.environment?.['METRICS_ADDRESS']).split(':')[1]);

  /** Runs the check against a worker that answers with this status; without one, nothing listens. */
  async function exitCode(status?: number): Promise<number> {
    const server = createServer((request, response) => {
      response.writeHead(request.url === '/readyz' ? (status ?? 404) : 404).end();
    });
    if (status !== undefined) await once(server.listen(0, '127.0.0.1'), 'listening');
    const [free] = await freePorts(1);
    const address = server.address();
    const asked = typeof address === 'object' && address !== null ? address.port : free;
    const [command = '', ...args] = words.map((word) => word.replace(`:${port}/`, `:${asked}/`));
    const check = spawn(command, args, { stdio: 'ignore' });
    const [code] = (await once(check, 'exit')) as [number];
    server.close();
    return code;
  }

  it('asks at the port on which the worker serves', () => {
    expect(words.join(' ')).toContain(`http://127.0.0.1:${port}/readyz`);
  });

  it('is healthy when the worker is ready, and only then', async () => {
    expect(await exitCode(200)).toBe(0);
    expect(await exitCode(503)).toBe(1);
    expect(await exitCode()).toBe(1);
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
