import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ConfigurationInvalid } from '../../config/errors.ts';
import { connectTemporal, temporalAddress, TemporalUnreachable } from '../../config/temporal.ts';
import { temporaryFolder } from '../support/archives.ts';

const nowhere = { TEMPORAL_CONFIG_FILE: '/nowhere/temporal.toml' };

async function configFile(text: string): Promise<{ TEMPORAL_CONFIG_FILE: string }> {
  const file = join(await temporaryFolder(), 'temporal.toml');
  await writeFile(file, text);
  return { TEMPORAL_CONFIG_FILE: file };
}

describe('how to reach Temporal', () => {
  it('is a local server and its default namespace when nothing is set', () => {
    expect(temporalAddress(nowhere)).toMatchObject({
      address: '127.0.0.1:7233',
      namespace: 'default',
      connectionOptions: { address: '127.0.0.1:7233' },
    });
  });

  it('is set by variables', () => {
    const env = { ...nowhere, TEMPORAL_ADDRESS: 'temporal:7233', TEMPORAL_NAMESPACE: 'exports' };
    expect(temporalAddress(env)).toMatchObject({
      address: 'temporal:7233',
      namespace: 'exports',
      connectionOptions: { address: 'temporal:7233' },
    });
  });

  it('is set by a profile of temporal.toml; variables are used before it', async () => {
    const env = await configFile(
      '[profile.default]\naddress = "file:7233"\nnamespace = "file"\n[profile.prod]\naddress = "prod:7233"\n',
    );
    expect(temporalAddress(env)).toMatchObject({ address: 'file:7233', namespace: 'file' });
    expect(temporalAddress({ ...env, TEMPORAL_PROFILE: 'prod' })).toMatchObject({ address: 'prod:7233' });
    expect(temporalAddress({ ...env, TEMPORAL_ADDRESS: 'env:7233' })).toMatchObject({
      address: 'env:7233',
      namespace: 'file',
    });
  });

  it('is read from the given environment, not from that of the process', () => {
    process.env['TEMPORAL_NAMESPACE'] = 'of-the-process';
    try {
      expect(temporalAddress(nowhere).namespace).toBe('default');
    } finally {
      delete process.env['TEMPORAL_NAMESPACE'];
    }
  });

  it('is a ConfigurationInvalid when it cannot be read', async () => {
    const env = await configFile('[profile.default\naddress = ');
    expect(() => temporalAddress(env)).toThrow(ConfigurationInvalid);
    expect(() => temporalAddress(env)).toThrow(/TEMPORAL_\* or temporal\.toml/);
    expect(() => temporalAddress({ ...nowhere, TEMPORAL_PROFILE: 'none' })).toThrow(ConfigurationInvalid);
  });

  it('shows no key when it cannot be read', async () => {
    const env = await configFile('[profile.default]\napi_key = "the-temporal-key-4711\naddress = "a:1"\n');
    expect(() => temporalAddress(env)).toThrow(ConfigurationInvalid);
    expect(() => temporalAddress(env)).toThrow(
      expect.objectContaining({
        message: expect.not.stringContaining('the-temporal-key-4711') as string,
      }),
    );
  });
});

describe('a connection to Temporal', () => {
  const address = temporalAddress({ ...nowhere, TEMPORAL_ADDRESS: 'temporal:7233' });

  it('is refused with user and password in its address, which every error would show', () => {
    const env = { ...nowhere, TEMPORAL_ADDRESS: 'https://user:the-password@temporal:7233' };
    expect(() => temporalAddress(env)).toThrow(
      /TEMPORAL_ADDRESS: write host:port, without user and password/,
    );
    expect(() => temporalAddress(env)).not.toThrow(/the-password/);
  });

  it('shows no key that a failure quotes', async () => {
    const env = { ...nowhere, TEMPORAL_API_KEY: 'the-temporal-key-4711' };
    const failure = new Error('header "Bearer the-temporal-key-4711" is not valid');
    await expect(connectTemporal(temporalAddress(env), () => Promise.reject(failure))).rejects.toThrow(
      /header "Bearer \*\*\*" is not valid/,
    );
  });

  it('is made with the options that were read', async () => {
    expect(await connectTemporal(address, (options) => Promise.resolve(options))).toBe(
      address.connectionOptions,
    );
  });

  it('that fails says which server does not answer', async () => {
    const connecting = connectTemporal(address, () => Promise.reject(new Error('no luck')));
    await expect(connecting).rejects.toThrow(TemporalUnreachable);
    await expect(connecting).rejects.toThrow(/no Temporal server answers at temporal:7233 .*no luck/);
  });

  it.each([
    [
      'tonic::transport::Error(Transport, ConnectError(ConnectError("tcp connect error", 127.0.0.1:1)))',
      true,
    ],
    ['tonic::transport::Error(Transport, ConnectError(ConnectError("dns error", Custom { kind: U })))', true],
    [
      'Failed to call GetSystemInfo: code: \'The service is currently unavailable\', message: "starting"',
      true,
    ],
    [
      'Failed to call GetSystemInfo: code: \'Unknown error\', message: "h2 protocol error: http2 error"',
      true,
    ],
    ['no answer within 10 s', true],
    ['tonic::transport::Error(Transport, ConnectError(Custom { kind: InvalidData, error: X }))', false],
    ['header "Bearer x" is not valid', false],
  ])('that fails may yet be made, or not: %s', async (message, isSilent) => {
    const connecting = connectTemporal(address, () => Promise.reject(new Error(message)));
    await expect(connecting).rejects.toMatchObject({ type: 'TemporalUnreachable', isSilent });
    await expect(connecting).rejects.toThrow('no Temporal server answers at');
  });

  it.each([
    "Failed to call GetSystemInfo: code: 'The request does not have valid authentication credentials'",
    "Failed to call GetSystemInfo: code: 'The caller does not have permission to execute the specified operation'",
    'Failed to call GetSystemInfo: code: \'Unknown error\', source: Custom { kind: InvalidData, error: "received fatal alert: CertificateRequired" }',
    '16 UNAUTHENTICATED: bad key',
    '7 PERMISSION_DENIED: denied',
  ])('that is refused is not told as nobody’s answer: %s', async (message) => {
    const connecting = connectTemporal(address, () => Promise.reject(new Error(message)));
    await expect(connecting).rejects.toMatchObject({ type: 'TemporalUnreachable', isSilent: false });
    await expect(connecting).rejects.toThrow(/temporal:7233 refuses the connection/);
  });

  it('that the server refuses to the client’s SDK says so, without the key that the refusal quotes', async () => {
    const keyed = temporalAddress({
      ...nowhere,
      TEMPORAL_ADDRESS: 'temporal:7233',
      TEMPORAL_API_KEY: 'the-temporal-key-4711',
    });
    const cause = new Error('16 UNAUTHENTICATED: no such key as the-temporal-key-4711');
    const failure = new Error('Failed to connect to Temporal server', { cause });
    await expect(connectTemporal(keyed, () => Promise.reject(failure))).rejects.toThrow(
      /temporal:7233 refuses the connection .*UNAUTHENTICATED: no such key as \*\*\*/,
    );
  });
});
