import { parseHourWindow } from '../../core/hour-window.ts';
import type { BenchStack } from './bench-stack.ts';
import { startCountingProxy } from './counting-proxy.ts';
import { medianFigure, type Figure } from './figures.ts';

const HOUR = parseHourWindow('2024-03-01T00');

/**
 * Counts the S3 requests of a run of one hour. `sampleOptions` say what the hour holds, as `amplitude-export sample-api`
 * takes them.
 */
export async function countRequests(
  stack: BenchStack,
  what: string,
  atMost: number,
  sampleOptions: readonly string[],
): Promise<Figure> {
  const proxy = await startCountingProxy(stack.servers.s3.endpoint);
  const api = await stack.startSampleApi(...sampleOptions);
  const prefix = what.replaceAll(/\W+/g, '-');
  const worker = await stack.startWorker({ source: api.url, slots: 4, prefix, s3Endpoint: proxy.url });
  // Those of the worker's start do not count.
  const before = proxy.counts();
  await stack.export({ start: HOUR, end: HOUR });
  const counts = [...proxy.counts()]
    .map(([kind, count]) => [kind, count - (before.get(kind) ?? 0)] as const)
    .filter(([, count]) => count > 0);
  await worker.stop();
  await api.process.stop();
  await proxy.close();
  const kinds = counts.map(([kind, count]) => `${count} ${kind}`).join(', ');
  return medianFigure(what, 'S3 requests', [counts.reduce((sum, [, count]) => sum + count, 0)], {
    limit: { atMost },
    note: `${kinds}; one LIST is that of the run's plan`,
  });
}
