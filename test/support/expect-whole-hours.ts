import { expect } from 'vitest';
import { Ledger } from '../../bronze/ledger.ts';
import type { Manifest } from '../../bronze/manifest.ts';
import type { HourWindow } from '../../core/hour-window.ts';
import { landed, served } from './landed-lines.ts';
import type { Pipeline } from './pipeline.ts';

/**
 * Expects that these hours have landed, each in its first revision and with the lines that were served (none, for hours
 * that are not in `withEvents`), that the bucket holds only their objects, manifests and operation logs, and that no work
 * file is left. A daily run may be taking its snapshot of the events list meanwhile.
 */
export async function expectWholeHours(
  pipeline: Pipeline,
  hours: readonly HourWindow[],
  withEvents: readonly HourWindow[],
): Promise<void> {
  const { bucket, prefix, sample } = pipeline;
  const manifests = await new Ledger(bucket, prefix).read(hours);
  expect([...manifests.keys()].toSorted()).toEqual(hours);
  for (const [window, manifest] of manifests) {
    const lines = withEvents.includes(window) ? served(sample, window) : { events: [], rejected: [] };
    expect(await landed(bucket, manifest)).toEqual(lines);
    expect(manifest).toMatchObject({ window, revision: 1 });
  }
  const listed = await bucket.list(`${prefix}/`);
  const stored = listed.map(({ key }) => key).filter((key) => !key.includes('/events_list/'));
  const data = stored.filter((key) => !/\/(logs|manifests)\//.test(key));
  expect(data.toSorted()).toEqual(keysOf([...manifests.values()]).toSorted());
  expect(stored.filter((key) => key.includes('/manifests/'))).toHaveLength(hours.length);
  const workFiles = await pipeline.workFiles();
  expect(workFiles.filter((name) => !name.startsWith('events-list-'))).toEqual([]);
}

function keysOf(manifests: readonly Manifest[]): string[] {
  return manifests.flatMap(({ outputs }) => outputs.map(({ key }) => key));
}
