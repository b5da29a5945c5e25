import { describe, expect, it } from 'vitest';
import { ConfigurationInvalid } from '../../config/errors.ts';
import { proxySecrets, readProxies } from '../../config/proxies.ts';
import { secretsOf } from '../../config/secrets.ts';
import { clientSettings } from '../../config/settings.ts';
import { temporalAddress } from '../../config/temporal.ts';
import { clientRoute, workerRoute } from '../../config/temporal-route.ts';
import { redactor } from '../../core/redact.ts';

const amplitude = new URL('https://amplitude.com/api/2/export');
const storage = new URL('http://s3.example:9000');

/** Host and variable of the proxy for an address. */
function routeOf(env: NodeJS.ProcessEnv, address: URL): string | undefined {
  const proxy = readProxies(env).for(address);
  return proxy && `${proxy.protocol}//${proxy.host} of ${proxy.variable}`;
}

describe('the proxy for an address', () => {
  it.each<[NodeJS.ProcessEnv, string | undefined, string | undefined]>([
    [{}, undefined, undefined],
    [{ HTTPS_PROXY: 'http://a:3128' }, 'http://a:3128 of HTTPS_PROXY', undefined],
    [{ http_proxy: 'http://b' }, undefined, 'http://b:80 of http_proxy'],
    [{ HTTPS_PROXY: 'a:3128', https_proxy: ' b:3128 ' }, 'http://b:3128 of https_proxy', undefined],
    [{ HTTPS_PROXY: ' ', HTTP_PROXY: '' }, undefined, undefined],
    [
      { ALL_PROXY: 'https://a', HTTP_PROXY: 'http://[fd00::1]:8' },
      'https://a:443 of ALL_PROXY',
      'http://[fd00::1]:8 of HTTP_PROXY',
    ],
    [{ ALL_PROXY: 'http://a:1', NO_PROXY: 'amplitude.com' }, undefined, 'http://a:1 of ALL_PROXY'],
    [
      { ALL_PROXY: 'http://a:1', no_proxy: 's3.example', NO_PROXY: '*' },
      'http://a:1 of ALL_PROXY',
      undefined,
    ],
  ])('is read from %j', (env, forHttps, forHttp) => {
    expect(routeOf(env, amplitude)).toBe(forHttps);
    expect(routeOf(env, storage)).toBe(forHttp);
  });

  it('may have user and password, which are decoded', () => {
    const proxy = readProxies({ HTTPS_PROXY: 'http://me:p%40ss%2Fword@a:1' }).https;
    expect(proxy?.authorization()).toEqual({
      'Proxy-Authorization': `Basic ${Buffer.from('me:p@ss/word').toString('base64')}`,
    });
    expect(proxy?.url().href).toBe('http://me:p%40ss%2Fword@a:1/');
    expect(readProxies({ HTTPS_PROXY: 'http://a:1' }).https?.authorization()).toEqual({});
  });

  it.each([
    ['the-password a', /HTTPS_PROXY: write http:\/\/host:port/],
    ['http://me:the-password@', /HTTPS_PROXY: write http:\/\/host:port/],
    ['ftp://me:the-password@a', /HTTPS_PROXY: write http:\/\/host:port/],
    ['http://me:the-password/@a:1', /HTTPS_PROXY: write http:\/\/host:port/],
    ['http://me:the-password@a:1/path', /write %2F, %3F, %23 and %40/],
    ['http://me:the-password%@a:1', /HTTPS_PROXY: a % in user or password/],
    ['socks5://me:the-password@a:1080', /HTTPS_PROXY: only HTTP proxies can be used, not SOCKS/],
  ])('is refused, and not told, when it is %s', (text, problem) => {
    const env = { HTTPS_PROXY: text };
    expect(() => readProxies(env)).toThrow(ConfigurationInvalid);
    expect(() => readProxies(env)).toThrow(problem);
    expect(() => readProxies(env)).not.toThrow(/the-password/);
    // Once, although source, bucket and Temporal all read it.
    expect(() => clientSettings({ ...env, AWS_BUCKET_NAME: 'bucket' })).toThrow(
      expect.objectContaining({ problems: [expect.stringMatching(problem)] }) as Error,
    );
  });
});

describe('the way to Temporal', () => {
  const nowhere = { TEMPORAL_CONFIG_FILE: '/nowhere/temporal.toml' };

  it('goes through the proxy for https, for the client and for the worker', () => {
    const env = { ...nowhere, TEMPORAL_ADDRESS: 'temporal', HTTPS_PROXY: 'http://me:p%40ss@a:3128' };
    const { route } = temporalAddress(env);
    expect(clientRoute(route)).toEqual({
      address: 'a:3128',
      channelArgs: {
        'grpc.enable_http_proxy': 0,
        'grpc.http_connect_target': 'dns:temporal:7233',
        'grpc.http_connect_creds': 'me:p@ss',
        'grpc.default_authority': 'temporal:7233',
      },
    });
    expect(workerRoute(route)).toEqual({
      proxy: {
        type: 'http-connect',
        targetHost: 'a:3128',
        basicAuth: { username: 'me', password: 'p@ss' },
      },
    });
  });

  it.each([
    { TEMPORAL_ADDRESS: '127.0.0.1:7233', HTTPS_PROXY: 'http://a:1' },
    { TEMPORAL_ADDRESS: 'temporal:7233', HTTPS_PROXY: 'http://a:1', NO_PROXY: 'temporal:7233' },
    { TEMPORAL_ADDRESS: 'temporal:7233', HTTP_PROXY: 'http://a:1', grpc_proxy: 'http://a:1' },
  ])('is straight with %j', (env) => {
    const address = temporalAddress({ ...nowhere, ...env });
    expect(address.route).toBeUndefined();
    expect(clientRoute(address.route)).toEqual({ channelArgs: { 'grpc.enable_http_proxy': 0 } });
    expect(workerRoute(address.route)).toEqual({});
  });

  it('cannot go through a proxy with an https address', () => {
    const env = { ...nowhere, TEMPORAL_ADDRESS: 'temporal:7233', HTTPS_PROXY: 'https://me:the-password@a' };
    expect(() => temporalAddress(env)).toThrow(
      /HTTPS_PROXY: Temporal can be reached only through a proxy at http:\/\/.*list temporal in NO_PROXY/,
    );
    expect(() => temporalAddress(env)).not.toThrow(/the-password/);
  });
});

describe('the credentials of a proxy', () => {
  it('are secrets in every form, also in a misspelt address', () => {
    expect(proxySecrets({ HTTPS_PROXY: 'http://me:p%40ss@a:1' })).toEqual([
      'me',
      'p%40ss',
      'me:p%40ss',
      'p@ss',
      'me:p@ss',
    ]);
    expect(proxySecrets({ ALL_PROXY: 'socks5//x:y@z@b' })).toContain('y@z');
    expect(proxySecrets({ http_proxy: 'http://a:1', https_proxy: 'http://%zz@a' })).toEqual(['%zz']);
    const redact = redactor(secretsOf({ HTTP_PROXY: 'http://jane.doe:p%40ssword@a:1' }));
    const basic = Buffer.from('jane.doe:p@ssword').toString('base64');
    expect(redact(`jane.doe p@ssword p%40ssword jane.doe:p@ssword ${basic}`)).toBe('*** *** *** *** ***');
  });
});
