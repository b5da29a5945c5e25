import { inspect } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { requestHour, type Answer } from '../../amplitude/client.ts';
import { readProxies } from '../../config/proxies.ts';
import { remedyFor } from '../../core/error-types.ts';
import { ExportError } from '../../core/errors.ts';
import { parseHourWindow } from '../../core/hour-window.ts';
import { Secret } from '../../core/secret.ts';
import { freePorts } from '../../local/free-ports.ts';
import { startSampleApi, type SampleApi } from '../../local/sample-api/server.ts';
import { temporaryFolder } from '../support/archives.ts';
import { makeAuthority, startTlsFront } from '../support/certificates.ts';
import { startHttpProxy, type HttpProxyBehaviour, type TestProxy } from '../support/http-proxy.ts';
import { collect } from '../local/sample-api/unpack.ts';

const keys = { apiKey: 'the-api-key-5309', secretKey: 'the-secret-key-8675' };
const password = 'p@ss/word-4711';
const window = parseHourWindow('2026-01-01T05');
const never = new AbortController().signal;

let api: SampleApi;
/** The sample API, at a name that only the proxies of the tests know. */
let url: string;

beforeAll(async () => {
  api = await startSampleApi({ seed: 'proxied', projectId: 7, ...keys });
  url = api.url.replace('127.0.0.1', 'amplitude.test');
});

afterAll(() => api.close());

async function proxyThat(behaviour: HttpProxyBehaviour): Promise<TestProxy> {
  const proxy = await startHttpProxy(behaviour);
  onTestFinished(() => proxy.close());
  return proxy;
}

function ask(at: string, env: NodeJS.ProcessEnv): Promise<Answer> {
  const proxies = readProxies(env);
  const { apiKey, secretKey } = keys;
  const source = { url: at, apiKey: new Secret(apiKey), secretKey: new Secret(secretKey), proxies };
  return requestHour(source, window, never);
}

/** What a request fails with, after a look for the password anywhere in it. */
async function failureOf(request: Promise<unknown>): Promise<ExportError> {
  const error: unknown = await request.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!(error instanceof ExportError)) throw new Error('no typed failure', { cause: error });
  const everything = inspect(error, { depth: 10, showHidden: true }) + JSON.stringify(error);
  for (const secret of [password, encodeURIComponent(password), keys.secretKey])
    expect(everything).not.toContain(secret);
  return error;
}

describe('a request by a proxy', () => {
  it('reaches an http address, with user and password where they are wanted', async () => {
    const proxy = await proxyThat({ credentials: `me:${password}` });
    const answer = await ask(url, { HTTP_PROXY: `http://me:${encodeURIComponent(password)}@${proxy.host}` });
    if (answer.kind === 'none') throw new Error('no archive');
    expect((await collect(answer.body)).subarray(0, 2).toString()).toBe('PK');
    expect(proxy.requests).toEqual([`GET ${url}?start=20260101T05&end=20260101T05`]);
    expect(api.requests.at(-1)).toMatchObject({ status: 200 });
  });

  it('asks for a tunnel to an https address, without its path', async () => {
    const proxy = await proxyThat({});
    const error = await failureOf(ask(url.replace('http:', 'https:'), { HTTPS_PROXY: proxy.host }));
    // The sample API speaks no TLS.
    expect(error).toMatchObject({
      type: 'ConnectionLost',
      message: expect.stringContaining('amplitude.test') as unknown,
    });
    expect(proxy.requests).toEqual([`CONNECT ${new URL(url).host}`]);
  });

  it('is made without it where NO_PROXY says so, and without those of the process', async () => {
    const proxy = await proxyThat({});
    const env = { HTTP_PROXY: proxy.host, NO_PROXY: 'amplitude.test' };
    expect((await failureOf(ask(url, env))).message).toMatch(/no connection to amplitude\.test:\d+ \(E/);
    expect((await failureOf(ask(url, {}))).message).toMatch(/no connection to amplitude\.test:\d+ \(E/);
    expect((await ask(api.url, { HTTP_PROXY: proxy.host })).kind).toBe('archive');
    expect(proxy.requests).toEqual([]);
  });
});

describe.each(['https', 'http'])('a refusal of a proxy to an %s address', (scheme) => {
  const address = (): string => url.replace(/^http:/, `${scheme}:`);
  const variable = scheme === 'https' ? 'HTTPS_PROXY' : 'HTTP_PROXY';
  const squid = { 'X-Squid-Error': 'ERR_ACCESS_DENIED 0' };
  const status = { 'Proxy-Status': 'proxy.test; error=connection_timeout' };

  it.each([
    [407, {}, 'ProxyRefused', 'final', 'refused its user and password (407)'],
    [403, squid, 'ProxyRefused', 'final', 'does not allow amplitude.test'],
    [502, status, 'ProxyUnavailable', 'retry', 'could not reach amplitude.test'],
    [503, squid, 'ProxyUnavailable', 'retry', 'could not reach amplitude.test'],
    [504, status, 'ProxyUnavailable', 'retry', 'could not reach amplitude.test'],
  ] as const)('with %i is told as the proxy’s: %j', async (code, headers, type, remedy, told) => {
    const reason = `no me:${password} ${Buffer.from(`me:${password}`).toString('base64')}`;
    const proxy = await proxyThat({ refusal: { status: code, reason, headers } });
    const env = { [variable]: `http://me:${encodeURIComponent(password)}@${proxy.host}` };
    const error = await failureOf(ask(address(), env));
    expect(error).toMatchObject({ type, httpStatus: code });
    expect(remedyFor(error.type).remedy).toBe(remedy);
    expect(error.message).toContain(`the proxy ${proxy.host} (set in ${variable}) ${told}`);
    expect(error.message).toContain(`(${code}): "no *** ***"`);
  });
});

it('a source whose certificate is not trusted says what to do', async () => {
  const authority = await makeAuthority(await temporaryFolder(), ['amplitude.test']);
  const front = await startTlsFront(authority, api.port);
  onTestFinished(() => front.close());
  const proxy = await proxyThat({});
  for (const host of ['127.0.0.1', 'amplitude.test']) {
    const error = await failureOf(ask(`https://${host}:${front.port}/`, { HTTPS_PROXY: proxy.host }));
    expect(error).toMatchObject({
      type: 'ConnectionLost',
      message: expect.stringMatching(/\(UNABLE_TO_.*NODE_EXTRA_CA_CERTS$/) as unknown,
    });
  }
});

describe('trouble with a proxy', () => {
  it('is not guessed at: a 403 that may be either’s names the proxy too', async () => {
    const proxy = await proxyThat({ refusal: { status: 403 } });
    const error = await failureOf(ask(url, { HTTP_PROXY: proxy.host }));
    expect(error.type).toBe('AccessDenied');
    expect(error.message).toContain(`or the proxy ${proxy.host} refused the request`);
    api.addFault('*=403*1');
    expect((await failureOf(ask(api.url, { HTTP_PROXY: proxy.host }))).message).not.toContain('proxy');
  });

  it.each(['https', 'http'])(
    'that does not listen is told as the proxy’s, to an %s address',
    async (scheme) => {
      const [port] = await freePorts(1);
      const env = { ALL_PROXY: `http://me:${encodeURIComponent(password)}@127.0.0.1:${port}` };
      expect(await failureOf(ask(url.replace(/^http:/, `${scheme}:`), env))).toMatchObject({
        type: 'ProxyUnavailable',
        message: `no connection through the proxy 127.0.0.1:${port} (set in ALL_PROXY): ECONNREFUSED`,
      });
    },
  );
});
