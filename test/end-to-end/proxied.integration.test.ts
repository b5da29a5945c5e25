import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeAuthority, startTlsFront } from '../support/certificates.ts';
import { runVerb } from '../support/command-line.ts';
import { startHttpProxy, type TestProxy } from '../support/http-proxy.ts';
import { openPipeline, type Pipeline } from '../support/pipeline.ts';

const PASSWORD = 'proxy/password@6177';

let pipeline: Pipeline;
let proxy: TestProxy;
let folder: string;
const fronts: { close: () => void }[] = [];
let env: Record<string, string>;

/** Source, storage and Temporal have names that only the proxy resolves; source and storage use TLS with our own authority. */
beforeAll(async () => {
  pipeline = await openPipeline();
  proxy = await startHttpProxy({ credentials: `me:${PASSWORD}` });
  folder = await mkdtemp(join(tmpdir(), 'amplitude-export-proxied-'));
  const authority = await makeAuthority(folder, ['amplitude.test', 's3.test']);
  const secure = async (address: string | undefined, name: string): Promise<string> => {
    const url = new URL(address ?? '');
    const front = await startTlsFront(authority, Number(url.port));
    fronts.push(front);
    return `https://${name}:${front.port}${url.pathname}`;
  };
  const { AMP_EXPORT_URL, AWS_ENDPOINT_URL_S3, TEMPORAL_ADDRESS = '' } = pipeline.env;
  env = {
    ...pipeline.env,
    AMP_EXPORT_URL: await secure(AMP_EXPORT_URL, 'amplitude.test'),
    AWS_ENDPOINT_URL_S3: await secure(AWS_ENDPOINT_URL_S3, 's3.test'),
    TEMPORAL_ADDRESS: TEMPORAL_ADDRESS.replace('127.0.0.1', 'temporal.test'),
    HTTPS_PROXY: `http://me:${encodeURIComponent(PASSWORD)}@${proxy.host}`,
    NODE_EXTRA_CA_CERTS: authority.file,
  };
});

afterAll(async () => {
  await pipeline.close();
  await proxy.close();
  for (const front of fronts) front.close();
  await rm(folder, { recursive: true, force: true });
});

describe('a machine that reaches everything only through a proxy', () => {
  it('lands an hour', async () => {
    const worker = await pipeline.startWorker(env);
    const { code, out } = await runVerb(['run', '--from', '2026-01-01T05', '--to', '2026-01-01T05'], env);
    expect(code).toBe(0);
    expect(out).toContain('1 landed');
    const ports = [env['AMP_EXPORT_URL'], env['AWS_ENDPOINT_URL_S3'], `tcp://${env['TEMPORAL_ADDRESS']}`];
    expect(new Set(proxy.requests)).toEqual(
      new Set(ports.map((address) => `CONNECT ${new URL(address ?? '').host}`)),
    );
    expect(worker.soFar().err).toBe('');
  });

  it.each([
    ['run', '--from', '2026-01-01T05', '--to', '2026-01-01T05'],
    ['status', '--from', '2026-01-01', '--to', '2026-01-01'],
    ['worker'],
  ])('%s reports that the proxy refuses its credentials', async (...args) => {
    const { HTTPS_PROXY = '' } = env;
    const wrong = { ...env, HTTPS_PROXY: HTTPS_PROXY.replace('6177', '6178') };
    const { code, err } = await runVerb(args, wrong);
    expect(code).toBe(1);
    expect(err).toMatch(
      /^ProxyRefused: the proxy \S+ \(set in HTTPS_PROXY\) refused its user and password \(407\).*\n  What to do: .*\n$/,
    );
  });
});
