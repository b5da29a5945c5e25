import { describe, expect, it } from 'vitest';
import { looksLikeKey, secretsOf, secretsOfConnection } from '../../config/secrets.ts';

describe('the secrets of an environment', () => {
  it('are the values of its keys, the Amplitude pair and the parts of its webhook, but not ids or empty values', () => {
    const env = {
      AMP_API_KEY: 'api ',
      AMP_SECRET_KEY: 'secret',
      S3_USER_ACCESS_KEY: 'id',
      S3_USER_SECRET_KEY: 's3',
      S3_USER_SESSION_TOKEN: 'token',
      AWS_SECRET_ACCESS_KEY: '',
      AWS_SESSION_TOKEN: 'session',
      TEMPORAL_API_KEY: 'temporal',
      TEMPORAL_TLS_CLIENT_KEY_DATA: 'tls',
      TEMPORAL_GRPC_META_AUTHORIZATION: 'header',
      TEMPORAL_NAMESPACE: 'default',
      ALERT_WEBHOOK_URL: ' https://x1.example.org/hook/t0ken ',
    };
    const secrets = ['api', 'secret', 's3', 'token', 'session', 'temporal', 'tls', 'header', 'api:secret'];
    const webhook = ['https://x1.example.org/hook/t0ken', '/hook/t0ken', 't0ken'];
    expect(secretsOf(env)).toEqual([...secrets, ...webhook]);
  });
});

it('the values of the headers for a collector are secrets, as they are written and as they are sent', () => {
  const env = {
    OTEL_EXPORTER_OTLP_HEADERS: 'x-token=first%20key, x-other=second=',
    OTEL_EXPORTER_OTLP_TRACES_HEADERS: 'x=%',
  };
  expect(secretsOf(env)).toEqual(expect.arrayContaining(['first%20key', 'first key', 'second=', '%']));
  expect(secretsOf(env)).not.toContain('x-token');
});

describe('the secrets of a connection to Temporal', () => {
  it('are its API key, its headers and the key of its certificate', () => {
    const clientCertPair = { crt: Buffer.from('certificate'), key: Buffer.from('tls key') };
    const options = { apiKey: 'api', metadata: { 'x-token': 'header' }, tls: { clientCertPair } };
    expect(secretsOfConnection(options)).toEqual(['api', 'header', 'tls key']);
    expect(secretsOfConnection({ tls: true })).toEqual([]);
  });
});

describe('a value', () => {
  it.each([
    '0123456789abcdef0123456789abcdef',
    'AKIAIOSFODNN7EXAMPLE',
    'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
    'eyJhbGciOiJFUzI1NiIsImtpZCI6Ilc.eyJhY2NvdW50',
  ])('looks like a key: %s', (text) => {
    expect(looksLikeKey(text)).toBe(true);
  });

  it.each([
    'europe',
    'amplitude.com/api/2/export',
    'My_Bucket',
    '3 hours',
    'a-bucket-of-the-year-2026-for-all',
  ])('does not look like a key: %s', (text) => {
    expect(looksLikeKey(text)).toBe(false);
  });
});
