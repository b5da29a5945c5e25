import { readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { Ledger } from '../../bronze/ledger.ts';
import { parseHourWindow } from '../../core/hour-window.ts';
import { ActivityAttempt, prepareUpload } from '../support/activity-worker.ts';
import { openSharedActivityWorker } from '../support/shared-activity-worker.ts';

const { pipeline, worker: one } = await openSharedActivityWorker({ HOURS_PER_WORKER: '1' });

async function alter(file: string): Promise<void> {
  const bytes = await readFile(file);
  const middle = bytes.length >> 1;
  bytes[middle] = (bytes[middle] ?? 0) ^ 1;
  await writeFile(file, bytes);
}

async function halve(file: string): Promise<void> {
  await truncate(file, (await readFile(file)).length >> 1);
}

it.each([
  ['an archive with another byte', '10', 'export.zip', alter],
  ['an archive cut short', '10', 'export.zip', halve],
  ['a list of what was parsed with another byte', '10', 'parsed.json', alter],
  ['a list of what was parsed cut short', '10', 'parsed.json', halve],
  ['rejected lines with another byte', '17', 'rejected-0001.json.gz', alter],
])('%s is not landed: upload asks for a new start from extract', async (_, hour, file, spoil) => {
  const { upload, discard } = one.activities;
  const input = { window: parseHourWindow(`2026-04-05T${hour}`), round: 1 };
  const task = await prepareUpload(one, input);
  const folder = String(task.folder);
  await one.workDir.hourFolders.use(folder, ({ path }) => spoil(join(path, file)));
  await expect(new ActivityAttempt().run(upload, task)).rejects.toMatchObject({
    type: 'WorkFilesLost',
    nonRetryable: true,
  });
  await new ActivityAttempt().run(discard, { folder });
  expect((await new Ledger(pipeline.bucket, pipeline.prefix).read([input.window])).size).toBe(0);
});
