import { beforeAll, expect, it } from 'vitest';
import type { Bucket } from '../../bronze/bucket.ts';
import { cooldownKey, readCooldown, recordCooldown } from '../../bronze/cooldown-record.ts';
import { makeBucket } from '../support/s3.ts';

const NOW = Date.parse('2026-01-01T00:00:00Z');
const HOUR = 3_600_000;
let bucket: Bucket;

beforeAll(async () => {
  bucket = await makeBucket();
});

const left = (prefix: string, nowMs = NOW): Promise<number> => readCooldown(bucket, prefix, nowMs);

it('without a record there is no pause', async () => {
  expect(await left('none')).toBe(0);
});

it('a pause ends when its time is over', async () => {
  await recordCooldown(bucket, 'ends', NOW, HOUR);
  expect(await left('ends')).toBe(HOUR);
  expect(await left('ends', NOW + HOUR - 1)).toBe(1);
  expect(await left('ends', NOW + HOUR)).toBe(0);
});

it('a later end replaces an earlier one, and an earlier one does not shorten the pause', async () => {
  await recordCooldown(bucket, 'later', NOW, 1000);
  await recordCooldown(bucket, 'later', NOW, 2000);
  await recordCooldown(bucket, 'later', NOW + 500, 1000);
  expect(await left('later')).toBe(2000);
});

it('of several workers at once, the latest end stays', async () => {
  const hours = [3, 1, 4, 2];
  await Promise.all(hours.map((count) => recordCooldown(bucket, 'several', NOW, count * HOUR)));
  expect(await left('several')).toBe(Math.max(...hours) * HOUR);
});

it('a pause by a clock that was far ahead counts as none, and is replaced', async () => {
  await recordCooldown(bucket, 'clock', NOW + 1000 * HOUR, HOUR);
  expect(await left('clock')).toBe(0);
  await recordCooldown(bucket, 'clock', NOW, HOUR);
  expect(await left('clock')).toBe(HOUR);
});

it.each([
  'no JSON',
  '{"until":"soon","durationMs":1}',
  '{"until":7}',
  '{"until":"2027-01-01"}',
  '[]',
  'null',
])('a record that says %s is none, and is replaced', async (text) => {
  await bucket.putText(cooldownKey('damaged'), text, 'application/json');
  expect(await left('damaged')).toBe(0);
  await recordCooldown(bucket, 'damaged', NOW, HOUR);
  expect(await left('damaged')).toBe(HOUR);
});
