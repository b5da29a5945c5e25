import { gunzipSync } from 'node:zlib';
import { request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseHourWindow } from '../../../core/hour-window.ts';
import { hoursOf, parseInterval } from '../../../core/interval.ts';
import { servedLines } from '../../../local/sample-api/oracle.ts';
import { startSampleApi, type SampleApi } from '../../../local/sample-api/server.ts';
import { expectedLines, linesOf, unzip } from './unpack.ts';

const data = { seed: 'server', projectId: 7, busyEvents: 600 };
const keys = { apiKey: 'sample-key', secretKey: 'sample-secret' };
let api: SampleApi;

beforeEach(async () => {
  api = await startSampleApi({ ...data, ...keys });
});

afterEach(() => api.close());

function basic(user: string, password: string): { Authorization: string } {
  return { Authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}` };
}

/** The CPU time that this process uses within half a second, in milliseconds. */
async function cpuMsOfHalfASecond(): Promise<number> {
  const before = process.cpuUsage();
  await sleep(500);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

function get(
  start: string,
  end = start,
  headers: Record<string, string> = basic(keys.apiKey, keys.secretKey),
) {
  return fetch(`${api.url}?start=${start}&end=${end}`, { headers });
}

async function body(response: Response): Promise<Buffer> {
  return Buffer.from(await response.arrayBuffer());
}

async function exportedLines(start: string, end = start): Promise<string[]> {
  // The server would close an idle connection while a busy machine computes the expected value.
  const response = await get(start, end, { ...basic(keys.apiKey, keys.secretKey), Connection: 'close' });
  expect(response.status).toBe(200);
  return linesOf(await unzip(await body(response)));
}

function oracle(start: string, end = start): string[] {
  const lines = hoursOf(parseInterval({ start, end })).flatMap((window) => [...servedLines(data, window)]);
  return expectedLines(lines);
}

describe('access', () => {
  it('asks for credentials', async () => {
    const response = await get('20260101T05', '20260101T05', {});
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toMatch(/^Basic /);
  });

  it.each([
    ['other', keys.secretKey],
    [keys.apiKey, 'other'],
  ])('refuses wrong credentials', async (user, password) => {
    expect((await get('20260101T05', '20260101T05', basic(user, password))).status).toBe(403);
  });

  it('has one path and one method, and no 404 that would mean an empty hour', async () => {
    const headers = basic(keys.apiKey, keys.secretKey);
    const elsewhere = api.url.replace('export', 'exports');
    expect((await fetch(`${elsewhere}?start=20260101T05&end=20260101T05`, { headers })).status).toBe(400);
    expect((await fetch(api.url, { method: 'POST', headers })).status).toBe(405);
  });

  it('survives a target that is not a path', async () => {
    const status = await new Promise<number | undefined>((resolve, reject) => {
      request({ port: api.port, host: '127.0.0.1', path: '//' }, (response) => {
        response.resume();
        resolve(response.statusCode);
      })
        .on('error', reject)
        .end();
    });
    expect(status).toBe(400);
  });
});

describe('the range', () => {
  it.each([
    ['20260101', '20260101T05'],
    ['2026-01-01T05', '20260101T05'],
    ['20260101T24', '20260102T00'],
    ['20260230T01', '20260301T01'],
    ['', ''],
    ['20260101T06', '20260101T05'],
    ['20250101T00', '20260101T00'],
  ])('is refused as invalid, never as too large: %s to %s', async (start, end) => {
    const response = await get(start, end);
    expect(response.status).toBe(400);
    const text = await response.text();
    expect(text).toMatch(/^Invalid request/);
    expect(text).not.toMatch(/too large|4 ?GB/i);
  });

  it('may be 365 days, both ends included', async () => {
    api.setFaults(['*=404']);
    expect((await get('20250101T00', '20251231T23')).status).toBe(404);
  });

  it('includes both ends: one hour is start = end', async () => {
    expect(await exportedLines('20260101T10')).toEqual(oracle('2026-01-01T10'));
  });

  it('includes both ends: a day holds each of its hours once, and two days share no hour', async () => {
    const first = await exportedLines('20260101T00', '20260101T23');
    expect(first).toEqual(oracle('2026-01-01T00', '2026-01-01T23'));
    const second = await exportedLines('20260102T00', '20260102T23');
    const uuids = [...first, ...second].flatMap(
      (line) => /^7\/\S+, \{.*"uuid":"([^"]+)".*\}$/.exec(line)?.[1] ?? [],
    );
    expect(new Set(uuids).size).toBe(uuids.length);
  });

  it('without any data is a 404', async () => {
    expect((await get('20260101T03')).status).toBe(404);
    expect((await get('20260101T02', '20260101T03')).status).toBe(200);
  });
});

describe('an answer', () => {
  it('is chunked, without a length', async () => {
    const response = await get('20260101T10');
    expect(response.headers.get('content-length')).toBeNull();
    expect(response.headers.get('transfer-encoding')).toBe('chunked');
    expect(response.headers.get('content-type')).toBe('application/zip');
    await response.arrayBuffer();
  });

  it('is the same from every server with the same seed, and different with another seed', async () => {
    const here = await body(await get('20260101T13'));
    const expected = api;
    const sameSeed = await startSampleApi({ ...data, ...keys });
    const otherSeed = await startSampleApi({ ...data, ...keys, seed: 'other' });
    try {
      api = sameSeed;
      expect((await body(await get('20260101T13'))).equals(here)).toBe(true);
      api = otherSeed;
      expect(await exportedLines('20260101T13')).not.toEqual(oracle('2026-01-01T13'));
    } finally {
      api = expected;
      await Promise.all([sameSeed.close(), otherSeed.close()]);
    }
  });

  it('is recorded with its range and status', async () => {
    api.addFault('2026-01-01T05=429*1');
    await get('20260101T05');
    await get('20260101T05');
    await get('nonsense', '20260101T05');
    expect(api.requests).toMatchObject([
      { start: '2026-01-01T05', end: '2026-01-01T05', status: 429, faults: ['429'] },
      { start: '2026-01-01T05', end: '2026-01-01T05', status: 200, faults: [] },
      { start: 'nonsense', end: '20260101T05', status: 400, faults: [] },
    ]);
    expect(JSON.stringify(api.requests)).not.toContain(keys.secretKey);
  });

  it('is reported to onRequest', async () => {
    const statuses: number[] = [];
    const told = await startSampleApi({ ...data, ...keys, onRequest: ({ status }) => statuses.push(status) });
    await fetch(told.url);
    await told.close();
    expect(statuses).toEqual([401]);
  });

  it('needs a free port', async () => {
    await expect(startSampleApi({ ...data, ...keys, port: api.port })).rejects.toThrow('EADDRINUSE');
  });

  it('is not made any further once the client has left', async () => {
    const huge = await startSampleApi({ ...data, ...keys, busyEvents: 50_000_000 });
    try {
      const abort = new AbortController();
      const headers = basic(keys.apiKey, keys.secretKey);
      const url = `${huge.url}?start=20260101T13&end=20260101T13`;
      const response = await fetch(url, { headers, signal: abort.signal });
      await response.body?.getReader().read();
      abort.abort();
      await expect.poll(cpuMsOfHalfASecond).toBeLessThan(250);
    } finally {
      await huge.close();
    }
  });
});

describe('the faults', () => {
  it.each([
    ['404', 404, /./],
    ['429', 429, /./],
    ['429-date', 429, /./],
    ['429-bare', 429, /./],
    ['504', 504, /./],
    ['503', 503, /./],
    ['500', 500, /./],
    ['400-too-large', 400, /too large.*4GB/],
    ['400-invalid', 400, /^Invalid request/],
    ['401', 401, /./],
    ['403', 403, /./],
    ['html', 200, /<!doctype html>/],
  ])('%s answers %i, then lets the hour be', async (kind, status, text) => {
    api.addFault(`2026-01-01T10=${kind}*1`);
    const response = await get('20260101T10');
    expect(response.status).toBe(status);
    expect(await response.text()).toMatch(text);
    expect((await get('20260101T11')).status).toBe(200);
    expect(await exportedLines('20260101T10')).toEqual(oracle('2026-01-01T10'));
  });

  it('429 says how long to wait', async () => {
    api.setFaults(['2026-01-01T10=429*1', '2026-01-01T10=429:7*1']);
    expect((await get('20260101T10')).headers.get('retry-after')).toBe('1');
    expect((await get('20260101T10')).headers.get('retry-after')).toBe('7');
  });

  it('429-date says until when to wait, 429-bare says nothing', async () => {
    api.setFaults(['2026-01-01T10=429-date:7*1', '2026-01-01T10=429-bare*1']);
    const before = Date.now();
    const until = Date.parse((await get('20260101T10')).headers.get('retry-after') ?? '');
    expect(until - before).toBeGreaterThanOrEqual(7000);
    expect(until - Date.now()).toBeLessThanOrEqual(8000);
    expect((await get('20260101T10')).headers.get('retry-after')).toBeNull();
  });

  it('reset cuts the connection before an answer', async () => {
    api.addFault('2026-01-01T10=reset*1');
    await expect(get('20260101T10')).rejects.toMatchObject({ cause: { code: 'ECONNRESET' } });
    expect(api.requests).toMatchObject([{ status: 0, faults: ['reset'] }]);
  });

  it('silence gives no answer until the client leaves', async () => {
    api.addFault('2026-01-01T10=silence*1');
    const signal = AbortSignal.timeout(300);
    const headers = basic(keys.apiKey, keys.secretKey);
    await expect(fetch(`${api.url}?start=20260101T10&end=20260101T10`, { headers, signal })).rejects.toThrow(
      'timeout',
    );
    expect((await get('20260101T10')).status).toBe(200);
  });

  it('404 leaves an hour out of a range', async () => {
    api.addFault('2026-01-01T10=404');
    expect(await exportedLines('20260101T10', '20260101T11')).toEqual(oracle('2026-01-01T11'));
  });

  it('do not reach requests without access', async () => {
    api.addFault('*=504*1');
    expect((await get('20260101T10', '20260101T10', {})).status).toBe(401);
    expect((await get('20260101T10')).status).toBe(504);
  });

  it('early-close begins as a 200 and is cut before its end', async () => {
    const whole = await body(await get('20260101T10'));
    api.addFault('2026-01-01T10=early-close');
    const response = await get('20260101T10');
    expect(response.status).toBe(200);
    const got = await readUntilCut(response);
    expect(got.cut).toBe(true);
    expect(got.bytes.equals(whole.subarray(0, whole.length >> 1))).toBe(true);
  });

  it('truncated ends cleanly after half', async () => {
    const whole = await body(await get('20260101T10'));
    api.addFault('2026-01-01T10=truncated');
    const half = await body(await get('20260101T10'));
    expect(half.equals(whole.subarray(0, whole.length >> 1))).toBe(true);
    await expect(unzip(half)).rejects.toThrow(/central directory/i);
  });

  it('stall sends half, then nothing until the client leaves', async () => {
    const whole = await body(await get('20260101T10'));
    api.addFault('2026-01-01T10=stall');
    const abort = new AbortController();
    const headers = basic(keys.apiKey, keys.secretKey);
    const response = await fetch(`${api.url}?start=20260101T10&end=20260101T10`, {
      headers,
      signal: abort.signal,
    });
    setTimeout(() => abort.abort(), 2000);
    const got = await readUntilCut(response);
    expect(got.cut).toBe(true);
    expect(got.bytes.length).toBe(whole.length >> 1);
  });

  it('corrupt-member breaks gzip under a CRC-32 that is right; bad-crc breaks the CRC-32', async () => {
    api.setFaults(['2026-01-01T10=corrupt-member', '2026-01-01T11=bad-crc']);
    const corrupt = await unzip(await body(await get('20260101T10')));
    expect(corrupt.every((member) => member.crcMatches)).toBe(true);
    expect(() => corrupt.map((member) => gunzipSync(member.packed))).toThrow(/invalid|incorrect/);
    const wrong = await unzip(await body(await get('20260101T11')));
    expect(wrong.filter((member) => !member.crcMatches).length).toBe(1);
  });

  it.each([
    ['changed', '2026-01-01T10', { moreEvents: true }],
    ['bad-lines', '2026-01-01T10', { badLines: true }],
    ['changed', '2026-01-01T03', { moreEvents: true }],
  ])('%s serves %s as the oracle says', async (kind, hour, variation) => {
    api.addFault(`${hour}=${kind}`);
    const expected = expectedLines(servedLines(data, parseHourWindow(hour), variation));
    expect(await exportedLines(hour.replaceAll('-', ''))).toEqual(expected);
    expect(expected).not.toEqual(oracle(hour));
  });

  it('first-hour serves the first hour of the day, whichever hour is requested', async () => {
    api.addFault('*=first-hour');
    for (const hour of ['00', '03', '10'])
      expect(await exportedLines(`20260101T${hour}`)).toEqual(oracle('2026-01-01T00'));
  });

  it('repacked gives other bytes with the same lines', async () => {
    const first = await body(await get('20260101T10'));
    api.addFault('2026-01-01T10=repacked');
    const again = await body(await get('20260101T10'));
    expect(again.equals(first)).toBe(false);
    expect(linesOf(await unzip(again))).toEqual(oracle('2026-01-01T10'));
  });

  it('are all replaced, or none', async () => {
    api.setFaults(['*=504']);
    expect(() => api.setFaults(['*=500', 'nonsense'])).toThrow('nonsense');
    expect((await get('20260101T10')).status).toBe(504);
    api.setFaults([]);
    expect((await get('20260101T10')).status).toBe(200);
  });
});

async function readUntilCut(response: Response): Promise<{ bytes: Buffer; cut: boolean }> {
  const chunks: Uint8Array[] = [];
  try {
    for await (const chunk of response.body ?? []) chunks.push(chunk as Uint8Array);
  } catch {
    return { bytes: Buffer.concat(chunks), cut: true };
  }
  return { bytes: Buffer.concat(chunks), cut: false };
}
