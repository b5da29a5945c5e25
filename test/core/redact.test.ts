import { describe, expect, it } from 'vitest';
import { redactor } from '../../core/redact.ts';

// Chosen so that base64 has a plus, a slash and padding.
const secret = 'k>>?~key/5309<&"x';
const base64 = Buffer.from(secret).toString('base64');
const redact = redactor([secret]);

describe('a redactor', () => {
  it.each<[string, string]>([
    ['as it is', secret],
    ['in upper case', secret.toUpperCase()],
    ['in base64', base64],
    ['in base64 without padding', base64.replace(/=+$/, '')],
    ['in base64url', Buffer.from(secret).toString('base64url')],
    ['percent-encoded', encodeURIComponent(secret)],
    ['percent-encoded in lower case', encodeURIComponent(secret).toLowerCase()],
    ['in base64, percent-encoded', encodeURIComponent(base64)],
    ['in JSON', JSON.stringify(secret).slice(1, -1)],
    [
      'in HTML',
      secret.replace('&', '&amp;').replaceAll('>', '&gt;').replace('<', '&lt;').replace('"', '&quot;'),
    ],
  ])('takes a secret out %s', (_name, form) => {
    expect(base64).toMatch(/[+/].*=$/);
    const left = redact(`sent ${form}, and ${form} again`);
    expect(left).toBe('sent ***, and *** again');
  });

  it('removes the longer of two secrets that begin alike', () => {
    expect(redactor(['abcdef', 'abcdef-ghi'])('abcdef-ghi abcdef')).toBe('*** ***');
  });

  it('removes each line of a secret of several lines', () => {
    const key = '-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBg\nkqhkiG9w0BAQEF\n-----END PRIVATE KEY-----\n';
    expect(redactor([key])('at kqhkiG9w0BAQEF: odd')).toBe('at ***: odd');
  });

  it('removes the beginning of a secret where a text was cut off', () => {
    expect(redact(`"${secret.slice(0, 9)}..." and ${base64.slice(0, 12)}...`)).toBe('"***..." and ***...');
    expect(redact(`${secret}... ${secret.slice(0, 9)}`)).toBe(`***... ${secret.slice(0, 9)}`);
    expect(redactor(['abcdef', 'abcdef:ghijkl'])('abcdef:ghi...')).toBe('***...');
    expect(redactor(['correct...horse'])('no correct...horse, correct...')).toBe('no ***, ***...');
    expect(redact(`wait ... for k>>...`)).toBe('wait ... for k>>...');
  });

  it('leaves a text without secrets as it is, and every text when there are no secrets', () => {
    expect(redact('key 5309')).toBe('key 5309');
    expect(redactor([])('some text')).toBe('some text');
    expect(redactor(['', ' ', 'key'])('some key')).toBe('some key');
  });
});
