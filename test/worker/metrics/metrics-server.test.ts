import { expect, it, onTestFinished } from 'vitest';
import { serveMetrics, type Told } from '../../../worker/metrics/metrics-server.ts';

const told = { metrics: async () => 'hours 1\n', problem: async () => undefined };

async function served(parts: Partial<Told> = {}, host = '127.0.0.1'): Promise<string> {
  const server = await serveMetrics({ host, port: 0 }, { ...told, ...parts });
  onTestFinished(() => server.close());
  return server.url;
}

it('serves the metrics in the format of Prometheus', async () => {
  const answer = await fetch(`${await served()}/metrics?x=1`);
  expect(answer.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
  expect(await answer.text()).toBe('hours 1\n');
});

it('says that the worker is ready, or why it is not', async () => {
  expect((await fetch(`${await served()}/readyz`)).status).toBe(200);
  const answer = await fetch(`${await served({ problem: async () => 'the bucket: gone' })}/readyz`);
  expect([answer.status, await answer.text()]).toEqual([503, 'the bucket: gone\n']);
});

it('is alive whatever the worker lacks', async () => {
  const url = await served({
    problem: async () => 'no Temporal',
    metrics: () => Promise.reject(new Error('broken')),
  });
  expect((await fetch(`${url}/healthz`)).status).toBe(200);
  expect((await fetch(`${url}/metrics`)).status).toBe(500);
  expect((await fetch(`${url}/healthz`)).status).toBe(200);
});

it('answers HEAD without a body, and refuses what changes things', async () => {
  const url = await served();
  const head = await fetch(`${url}/metrics`, { method: 'HEAD' });
  expect([head.status, head.headers.get('content-length'), await head.text()]).toEqual([200, '8', '']);
  expect((await fetch(`${url}/healthz`, { method: 'POST' })).status).toBe(405);
  expect((await fetch(`${url}/`)).status).toBe(404);
});

it('names the address that it cannot listen on', async () => {
  const listening = serveMetrics({ host: '203.0.113.7', port: 9464 }, told);
  await expect(listening).rejects.toThrow('METRICS_ADDRESS: the worker cannot listen on 203.0.113.7:9464');
});
