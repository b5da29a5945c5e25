import { expect, it } from 'vitest';
import { Observed } from '../../../worker/metrics/observed.ts';

it('reads in the background, and again once the reading is old', async () => {
  let readings = 0;
  const observed = new Observed(async () => (readings += 1), 0);
  expect(observed.value).toBeUndefined();
  await expect.poll(() => observed.value?.value).toBe(1);
  await expect.poll(() => observed.value?.value).toBeGreaterThan(1);
});

it('reads once while the reading is young', async () => {
  let readings = 0;
  const observed = new Observed(async () => (readings += 1), 3_600_000);
  await expect.poll(() => observed.value?.value).toBe(1);
  expect(observed.value?.value).toBe(1);
  expect(readings).toBe(1);
});

it('does not begin a reading while another one is in progress', async () => {
  let readings = 0;
  let end: (() => void) | undefined;
  const observed = new Observed(async () => {
    readings += 1;
    await new Promise<void>((resolve) => (end = resolve));
    return readings;
  }, 0);
  for (let asked = 0; asked < 5; asked += 1) expect(observed.value).toBeUndefined();
  expect(readings).toBe(1);
  end?.();
  await expect.poll(() => observed.value?.value).toBe(1);
});

it('keeps its value and its age when a reading fails', async () => {
  let fails = false;
  let failures = 0;
  const observed = new Observed(async () => {
    if (!fails) return 'whole';
    failures += 1;
    throw new Error('no answer');
  }, 0);
  await expect.poll(() => observed.value?.value).toBe('whole');
  fails = true;
  await expect
    .poll(() => {
      void observed.value;
      return failures;
    })
    .toBeGreaterThan(1);
  const readAt = observed.value?.readAtMs;
  expect(observed.value).toEqual({ value: 'whole', readAtMs: readAt });
});

it('does not give a value that is too old', async () => {
  const observed = new Observed(async () => 'whole', 3_600_000);
  await expect.poll(() => observed.recent(60_000)).toBe('whole');
  expect(observed.recent(-1)).toBeUndefined();
});
