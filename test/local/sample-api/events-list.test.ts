import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { hoursOf, parseInterval } from '../../../core/interval.ts';
import { planHour, plannedEvents } from '../../../local/sample-api/sample-day.ts';
import { startSampleApi, type SampleApi } from '../../../local/sample-api/server.ts';
import { readEvents } from './read-events.ts';

const data = { seed: 'events list', projectId: 7, busyEvents: 600 };
const keys = { apiKey: 'sample-key', secretKey: 'sample-secret' };
const KEYS_OF_A_TYPE =
  'id name value display totals totals_delta hidden deleted autohidden non_active flow_hidden in_waitroom clusters_hidden timeline_hidden';
let api: SampleApi;

interface ListedType {
  readonly id: number;
  readonly name: string;
  readonly hidden: boolean;
  readonly deleted: boolean;
}

beforeEach(async () => {
  api = await startSampleApi({ ...data, ...keys });
});

afterEach(() => api.close());

function get(init: RequestInit = {}): Promise<Response> {
  const authorization = `Basic ${btoa(`${keys.apiKey}:${keys.secretKey}`)}`;
  return fetch(api.eventsListUrl, { headers: { Authorization: authorization }, ...init });
}

async function listedTypes(): Promise<ListedType[]> {
  return ((await (await get()).json()) as { data: ListedType[] }).data;
}

describe('the events list', () => {
  it('is JSON at the host of the export', async () => {
    expect(api.eventsListUrl).toBe(api.url.replace('/export', '/events/list'));
    const response = await get();
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('application/json');
    expect(api.eventsListRequests).toMatchObject([{ of: 'events-list', status: 200, faults: [] }]);
    expect(api.requests).toEqual([]);
  });

  it('has every type of the events of a day, one hidden and one deleted type, each once', async () => {
    const types = await listedTypes();
    const names = types.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(new Set(types.map(({ id }) => id)).size).toBe(names.length);
    const day = hoursOf(parseInterval({ start: '2026-01-01T00', end: '2026-01-01T23' }));
    const sent = day.flatMap((window) => {
      const count = plannedEvents(planHour(data, window));
      return readEvents(data, window, { first: 0, count }).map(({ event_type }) => event_type);
    });
    const others = types.filter(({ name }) => !sent.includes(name));
    expect(sent.filter((name) => !names.includes(name))).toEqual([]);
    expect(others.map(({ hidden, deleted }) => [hidden, deleted])).toEqual([
      [true, false],
      [false, true],
    ]);
  });

  it('has the keys of the real one', async () => {
    for (const type of await listedTypes())
      expect(Object.keys(type).sort()).toEqual(KEYS_OF_A_TYPE.split(' ').sort());
  });

  it('is the same each time, from every server', async () => {
    const first = await (await get()).text();
    const expected = api;
    api = await startSampleApi({ ...data, ...keys, seed: 'other' });
    try {
      expect(await (await get()).text()).toBe(first);
    } finally {
      await api.close();
      api = expected;
    }
  });

  it('asks for the keys as the export does', async () => {
    expect((await get({ headers: {} })).status).toBe(401);
    expect((await get({ headers: { Authorization: `Basic ${btoa('other:other')}` } })).status).toBe(403);
    expect((await get({ method: 'POST' })).status).toBe(405);
    expect(api.eventsListRequests.map(({ status }) => status)).toEqual([401, 403, 405]);
  });
});

describe('the faults of the events list', () => {
  it.each([
    ['429', 429],
    ['429-date', 429],
    ['429-bare', 429],
    ['500', 500],
    ['503', 503],
    ['504', 504],
    ['400-invalid', 400],
    ['401', 401],
    ['403', 403],
    ['html', 200],
  ])('%s answers %i, then lets it be', async (kind, status) => {
    api.addFault(`events-list=${kind}*1`);
    const response = await get();
    expect(response.status).toBe(status);
    expect(await response.text()).not.toContain('"data"');
    expect((await listedTypes()).length).toBeGreaterThan(5);
    expect(api.eventsListRequests.map(({ faults }) => faults)).toEqual([[kind], []]);
  });

  it('silence gives no answer until the client leaves, and reset cuts the connection', async () => {
    api.setFaults(['events-list=silence*1', 'events-list=reset*1']);
    await expect(get({ signal: AbortSignal.timeout(300) })).rejects.toThrow('timeout');
    await expect(get()).rejects.toMatchObject({ cause: { code: 'ECONNRESET' } });
    expect(api.eventsListRequests.map(({ status }) => status)).toEqual([0, 0]);
  });

  it('truncated ends within the JSON, and early-close cuts it off', async () => {
    const whole = await (await get()).text();
    api.setFaults(['events-list=truncated*1', 'events-list=early-close*1']);
    const half = await (await get()).text();
    expect(whole.startsWith(half)).toBe(true);
    expect(() => JSON.parse(half) as unknown).toThrow(SyntaxError);
    await expect((await get()).text()).rejects.toThrow('terminated');
  });

  it('changed adds a type and changes no other', async () => {
    const before = await listedTypes();
    api.addFault('events-list=changed');
    const after = await listedTypes();
    expect(after.slice(0, -1)).toEqual(before);
    expect(after.at(-1)?.name).toBe('wish list shared');
  });

  it('are its own: those of all hours are not', async () => {
    api.setFaults(['*=504', 'events-list=500*1']);
    expect([(await get()).status, (await get()).status]).toEqual([500, 200]);
  });
});
