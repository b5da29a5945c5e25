import { describe, expect, it } from 'vitest';
import type { LoggedRequests } from '../../../../bronze/logged-requests.ts';
import { costsOf } from '../../../../client/status/costs/costs.ts';
import { costsText, costsWarnings, usd } from '../../../../client/status/costs/costs-text.ts';
import type { ReadStatus } from '../../../../client/status/read-status.ts';
import { statusWith } from '../../../support/status-with.ts';

const GIB = 2 ** 30;
const prices = {
  name: 'our store',
  usdPer1000PutRequests: 0.005,
  usdPer1000GetRequests: 0.0004,
  usdPerGiBMonth: 0.02,
};

const logged: LoggedRequests = {
  requests: { put: 26, get: 3, delete: 1 },
  bytesSent: 4711,
  sourceRequests: 5,
  logs: 6,
  logBytes: GIB / 4,
  uncountedLogs: 0,
  unloggedAttempts: 0,
  unreadable: { count: 0, named: [] },
};

/** Two hours that have landed with 250,000 events each, and one that is missing. */
function status(): ReadStatus {
  const found = statusWith('2026-01-01T00', '2026-01-01T02', '2026-01-01T02', (window) =>
    window === '2026-01-01T02' ? 'missing' : { events: 250_000, bytes: GIB / 2, files: 3 },
  );
  return { ...found, manifestBytes: GIB / 4 };
}

describe('the costs', () => {
  it('are the requests by class, and the storage of objects, manifests and logs', () => {
    const costs = costsOf(status(), logged, prices);
    expect(costs).toMatchObject({
      prices,
      requests: { put: 26, get: 3, delete: 1, amplitude: 5 },
      bytesSent: 4711,
      stored: { objects: 6 + 2 + 6, bytes: 1.5 * GIB },
    });
    expect(costs.usd.putRequests).toBeCloseTo(0.00013, 12);
    expect(costs.usd.getRequests).toBeCloseTo(0.0000012, 12);
    expect(costs.usd.requests).toBeCloseTo(0.0001312, 12);
    expect(costs.usd.storagePerMonth).toBeCloseTo(0.03, 12);
    expect(costs.usd.firstMonth).toBeCloseTo(0.0301312, 12);
  });

  it('are also given for each landed hour, and for a million events', () => {
    const { usdPerHour, usdPerMillionEvents } = costsOf(status(), logged, prices);
    expect(usdPerHour?.requests).toBeCloseTo(0.0000656, 12);
    expect(usdPerHour?.storagePerMonth).toBeCloseTo(0.015, 12);
    expect(usdPerMillionEvents?.requests).toBeCloseTo(0.0002624, 12);
    expect(usdPerMillionEvents?.firstMonth).toBeCloseTo(0.0602624, 12);
  });

  it('have no such figures where nothing has landed', () => {
    const nothing = statusWith('2026-01-01T00', '2026-01-01T02', '2026-01-01T02', () => 'missing');
    const costs = costsOf({ ...nothing, manifestBytes: 0 }, logged, prices);
    expect(costs).toMatchObject({ usdPerHour: null, usdPerMillionEvents: null, stored: { objects: 6 } });
    expect(costsText(costs)).toMatch(/^requests together, once +30 +0\.000131 +- +-$/m);
  });

  it('count the manifest of an unreadable hour as stored, but not the hour as landed', () => {
    const found = statusWith('2026-01-01T00', '2026-01-01T01', '2026-01-01T01', (window) =>
      window === '2026-01-01T00' ? 'unreadable' : { events: 1, bytes: 0, files: 1 },
    );
    const costs = costsOf({ ...found, manifestBytes: 10 }, logged, prices);
    expect(costs.stored.objects).toBe(1 + 2 + 6);
    expect(costs.usdPerHour).toEqual(costs.usd);
  });
});

describe('the text of the costs', () => {
  it('is a table, with the prices', () => {
    expect(costsText(costsOf(status(), logged, prices)).split('\n')).toEqual([
      'costs                           amount        USD  USD an hour  USD a million events',
      'PUT, COPY, POST, LIST requests      26    0.00013     0.000065               0.00026',
      'GET and other requests               3  0.0000012    0.0000006             0.0000024',
      'DELETE requests, free                1',
      'requests together, once             30   0.000131    0.0000656              0.000262',
      'stored, each month              1.6 GB       0.03        0.015                  0.06',
      'requests and one month                     0.0301       0.0151                0.0603',
      'sent to the storage             4.7 kB',
      'requests to Amplitude                5',
      expect.stringMatching(/^Prices: our store\. Not included: /),
    ]);
  });

  it.each([
    [0, '0'],
    [0.0000004, '0.0000004'],
    [0.00123456, '0.00123'],
    [0.9996, '1'],
    [1, '1.00'],
    [1234.567, '1,234.57'],
  ])('shows %d as %s', (amount, text) => {
    expect(usd(amount)).toBe(text);
  });
});

describe('the warnings', () => {
  it('are none when each log could be read', () => {
    expect(costsWarnings(costsOf(status(), logged, prices), logged.unreadable)).toEqual([]);
  });

  it('name objects that are no logs, and count logs of older versions and attempts without a log', () => {
    const unreadable = { count: 7, named: ['a/b.csv (it is gone)'] };
    const lacking = { ...logged, uncountedLogs: 1200, unloggedAttempts: 2, unreadable };
    expect(costsWarnings(costsOf(status(), lacking, prices), unreadable)).toEqual([
      '7 objects among the operation logs cannot be read as logs, so the costs lack their requests: a/b.csv (it is gone), and 6 more',
      '1,200 operation logs are of a version that did not count requests, so the costs lack these',
      '2 attempts left no operation log, so the costs lack their requests',
    ]);
  });
});
