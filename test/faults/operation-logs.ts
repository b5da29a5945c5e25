import { setTimeout as sleep } from 'node:timers/promises';
import { hourFolder } from '../../bronze/keys.ts';
import type { ErrorType } from '../../core/error-types.ts';
import type { HourWindow } from '../../core/hour-window.ts';
import type { Pipeline } from '../support/pipeline.ts';

/** The types of the failures that the operation logs of some hours tell of, and in how many attempts. */
export async function failuresIn(
  { bucket, prefix }: Pipeline,
  windows: readonly HourWindow[],
): Promise<Map<string, number>> {
  const types = new Map<string, number>();
  for (const window of windows) {
    for (const { key } of await bucket.list(hourFolder(prefix, 'logs', window))) {
      const { text = '' } = (await bucket.getText(key)) ?? {};
      const met = new Set(Array.from(text.matchAll(/,failed,"?(\w+)(?=[:" ])/g), ([, type = '']) => type));
      for (const type of met) types.set(type, (types.get(type) ?? 0) + 1);
    }
  }
  return types;
}

/** Waits until the logs tell of so many failures of a type, two minutes at most, and gives how many. */
export async function waitForFailures(
  pipeline: Pipeline,
  windows: readonly HourWindow[],
  type: ErrorType,
  count: number,
): Promise<number> {
  for (const deadline = Date.now() + 120_000; ; await sleep(500)) {
    const met = (await failuresIn(pipeline, windows)).get(type) ?? 0;
    if (met >= count) return met;
    if (Date.now() > deadline) throw new Error(`${type} was met ${met} times rather than ${count}`);
  }
}
