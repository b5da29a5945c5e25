import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { makeAuthority, type TestAuthority } from '../support/certificates.ts';
import { runVerb } from '../support/command-line.ts';
import { openPipeline, type Pipeline } from '../support/pipeline.ts';
import {
  SERVER_NAME,
  startTemporalFront,
  type TemporalFront,
  type TemporalFrontRules,
} from '../support/temporal-front.ts';

const API_KEY = 'temporal-key-0b9a61d2f4';

let pipeline: Pipeline;
let folder: string;
let authority: TestAuthority;
const fronts: TemporalFront[] = [];

beforeAll(async () => {
  pipeline = await openPipeline();
  folder = await mkdtemp(join(tmpdir(), 'amplitude-export-tls-'));
  authority = await makeAuthority(folder, [SERVER_NAME]);
});

afterAll(async () => {
  await pipeline.close();
  for (const front of fronts) front.close();
  await rm(folder, { recursive: true, force: true });
});

/** An environment that reaches Temporal through a new front, whose authority it trusts. */
async function envBehind(rules: TemporalFrontRules): Promise<Record<string, string>> {
  const front = await startTemporalFront(authority, inject('temporalAddress'), rules);
  fronts.push(front);
  return { ...pipeline.env, ...front.env };
}

/** Lands one hour, with a worker and a command line that have the same environment. */
async function expectLands(hour: string, env: Readonly<Record<string, string>>): Promise<void> {
  const worker = await pipeline.startWorker(env);
  const ended = await runVerb(['run', '--from', hour, '--to', hour], env);
  expect(ended).toMatchObject({ code: 0, out: expect.stringContaining('1 landed') as string });
  expect(worker.soFar().err).toBe('');
  worker.child.kill();
  expect(await worker.ended).toMatchObject({ code: 0 });
}

const anHour = ['run', '--from', '2026-01-01T05', '--to', '2026-01-01T05'];

describe('a server that demands a client certificate', () => {
  let env: Record<string, string>;
  beforeAll(async () => {
    env = await envBehind({ clientCertificate: true });
  });

  it('lands an hour for those who have one', async () => {
    await expectLands('2026-01-01T06', {
      ...env,
      TEMPORAL_TLS_CLIENT_CERT_DATA: authority.cert,
      TEMPORAL_TLS_CLIENT_KEY_DATA: authority.key,
    });
  });

  it.each([[anHour], [['worker']]])('ends %j without one by a typed error', async (args) => {
    const { code, out, err } = await runVerb(args, env);
    // Often the connection ends before the reason arrives, and no SDK reports it then.
    expect(err).toMatch(
      /^TemporalUnreachable: (no Temporal server answers at|the Temporal server at [0-9.:]+ refuses the connection) .*\n  What to do: .*TLS.*client certificate/,
    );
    expect({ code, out }).toEqual({ code: 1, out: '' });
  });
});

describe('a server that demands an API key', () => {
  let env: Record<string, string>;
  beforeAll(async () => {
    env = await envBehind({ apiKey: API_KEY });
  });

  it('lands an hour for those who have it', async () => {
    await expectLands('2026-01-01T07', { ...env, TEMPORAL_API_KEY: API_KEY });
  });

  it.each([[anHour], [['worker']]])('ends %j with another one by a typed error', async (args) => {
    const { code, out, err } = await runVerb(args, { ...env, TEMPORAL_API_KEY: 'a-key-that-has-expired' });
    expect(err).toMatch(
      /^TemporalUnreachable: the Temporal server at [0-9.:]+ refuses the connection .*\n  What to do: .*TEMPORAL_API_KEY/,
    );
    expect(err).not.toContain('a-key-that-has-expired');
    expect({ code, out }).toEqual({ code: 1, out: '' });
  });
});
