import { describe, expect, it } from 'vitest';
import { readNoProxy } from '../../core/no-proxy.ts';

describe('NO_PROXY', () => {
  it.each([
    ['amplitude.com', 'amplitude.com', 443, true],
    ['amplitude.com', 'AMPLITUDE.com', 443, true],
    ['amplitude.com', 'amplitude.com.', 443, true],
    ['amplitude.com', 'api.amplitude.com', 443, true],
    ['amplitude.com', 'notamplitude.com', 443, false],
    ['.amplitude.com', 'api.amplitude.com', 443, true],
    ['*.amplitude.com', 'api.amplitude.com', 443, true],
    ['*', 'amplitude.com', 443, true],
    ['other.com, amplitude.com', 'amplitude.com', 443, true],
    ['other.com amplitude.com', 'amplitude.com', 443, true],
    [',, ', 'amplitude.com', 443, false],
    ['amplitude.com:443', 'amplitude.com', 443, true],
    ['amplitude.com:443', 'amplitude.com', 80, false],
    ['10.1.2.3', '10.1.2.3', 80, true],
    ['10.1.2.3', '10.1.2.33', 80, false],
    ['10.1.2.3:80', '10.1.2.3', 80, true],
    ['10.1.2.3:80', '10.1.2.3', 443, false],
    ['10.0.0.0/8', '10.200.0.1', 80, true],
    ['10.0.0.0/8', '11.0.0.1', 80, false],
    ['10.0.0.0/8', 'ten.example', 80, false],
    ['10.0.0.0/33', '10.0.0.1', 80, false],
    ['fd00::/8', 'fd12::1', 80, true],
    ['fd00::1', 'fd00:0:0::1', 80, true],
    ['[fd00::1]:80', 'fd00::1', 80, true],
    ['[fd00::1]:80', 'fd00::1', 443, false],
    ['', 'amplitude.com', 443, false],
  ])('%j asks no proxy for %s, port %i: %s', (text, host, port, without) => {
    expect(readNoProxy(text)(host, port)).toBe(without);
  });

  it.each(['localhost', 'api.localhost', '127.0.0.1', '127.8.8.8', '::1'])(
    'is not needed for this machine: %s',
    (host) => {
      expect(readNoProxy('')(host, 80)).toBe(true);
    },
  );
});
