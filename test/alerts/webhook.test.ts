import { expect, it } from 'vitest';
import { secretsOfWebhook } from '../../alerts/webhook.ts';
import { redactor } from '../../core/redact.ts';

const url = 'https://hooks.example.org/services/T0AB12CD/B0XY98ZW/qY7pLk2mVx?token=s3cr3t%2Fpart';

it.each([
  ['the address', url],
  ['its path and query', '/services/T0AB12CD/B0XY98ZW/qY7pLk2mVx?token=s3cr3t%2Fpart'],
  ['its path', '/services/T0AB12CD/B0XY98ZW/qY7pLk2mVx'],
  ['a part of its path', 'qY7pLk2mVx'],
  ['another part', 'T0AB12CD'],
  ['a value of its query', 's3cr3t%2Fpart'],
  ['the value, decoded', 's3cr3t/part'],
])('%s is secret', (_name, secret) => {
  expect(redactor(secretsOfWebhook(url))(`said ${secret}!`)).toBe('said ***!');
});

it('plain words of the path are no secrets, since other texts have them too', () => {
  const secrets = secretsOfWebhook('https://example.org/services/incoming-webhook/amplitude-export');
  const text = 'the services of amplitude-export';
  expect(redactor(secrets)(text)).toBe(text);
  expect(redactor(secrets)('to /services/incoming-webhook/amplitude-export')).toBe('to ***');
});

it('a word so long that it may be random letters is secret', () => {
  const topic = 'qpwoeirutyalskdjf';
  expect(redactor(secretsOfWebhook(`https://ntfy.example.org/${topic}`))(topic)).toBe('***');
});

it('an address without a path, or none at all, is one secret', () => {
  expect(secretsOfWebhook('https://x1y2.example.org')).toEqual([
    'https://x1y2.example.org',
    'https://x1y2.example.org/',
  ]);
  expect(secretsOfWebhook('no address')).toEqual(['no address']);
  expect(secretsOfWebhook('')).toEqual([]);
});
