import { beforeAll, expect, it } from 'vitest';
import type { Bucket } from '../../../bronze/bucket.ts';
import { Ledger } from '../../../bronze/ledger.ts';
import { parseHourWindow, type HourWindow } from '../../../core/hour-window.ts';
import { observeLedger } from '../../../worker/metrics/observe-ledger.ts';
import { putManifest } from '../../support/manifests.ts';
import { makeBucket } from '../../support/s3.ts';

const DUE = parseHourWindow('2026-03-31T10');
const WEEKS = ['2026-03-24T10', '2026-03-17T10', '2026-03-10T10'];
let bucket: Bucket;

beforeAll(async () => {
  bucket = await makeBucket();
  for (const hour of WEEKS) await putManifest(bucket, 'weeks', hour, { events: 1000 });
  await putManifest(bucket, 'weeks', DUE, { events: 5 });
  // Long before the hours that are listed.
  await putManifest(bucket, 'weeks', '2025-12-31T10', { events: 1000 });
});

/** A ledger that notes which manifests it reads. */
class NotingLedger extends Ledger {
  readonly asked: HourWindow[] = [];

  override async summarize(...[windows, onRead]: Parameters<Ledger['summarize']>) {
    this.asked.push(...windows);
    return super.summarize(windows, onRead);
  }
}

it('finds the newest landed hour, the missing ones, and an hour with far fewer events than usual', async () => {
  const figures = await observeLedger(new Ledger(bucket, 'weeks'))(DUE);
  expect(figures).toEqual({
    newestLanded: DUE,
    missingHours: 21 * 24 + 1 - 4,
    gapHours: 21 * 24 + 1 - 4,
    scarceHours: 1,
  });
});

it('reads a manifest once, and again when it has changed', async () => {
  const ledger = new NotingLedger(bucket, 'weeks');
  const observe = observeLedger(ledger);
  await observe(DUE);
  expect(ledger.asked).toHaveLength(4);
  await observe(DUE);
  expect(ledger.asked).toHaveLength(4);
  await putManifest(bucket, 'weeks', DUE, { events: 900, revision: 2 });
  expect(await observe(DUE)).toMatchObject({ scarceHours: 0 });
  expect(ledger.asked.slice(4)).toEqual([DUE]);
});

it('takes an hour with an unreadable manifest for landed', async () => {
  await putManifest(bucket, 'unreadable', DUE, 'no JSON');
  const figures = await observeLedger(new Ledger(bucket, 'unreadable'))(DUE);
  expect(figures).toEqual({ newestLanded: DUE, missingHours: 0, gapHours: 0, scarceHours: 0 });
});
