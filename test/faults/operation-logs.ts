import { setTimeout as sleep } from 'node:timers/promises';
import { hourFolder } from '../../bronze/keys.ts';
import type { ErrorType } from '../../core/error-types.ts';
import type { HourWindow } from '../../core/hour-window.ts';
import type { Pipeline } from '../support/pipeline.ts';

/** The types of failures in the operation logs of some hours, each with the number of attempts that have it. */
export async function failuresIn(
  { bucket, prefix }: Pipeline,
  windows: readonly HourWindow[],
): Promise<Map<string, number>> {
  const types = new Map<string, number>();
  for (const window of windows) {
    for (const { key } of await bucket.list(hourFolder(prefix, 'logs', window))) {
      const { text = '' } = (await bucket.getText(key)) ?? {};
      const failed = new Set(Array.from(text.matchAll(/,failed,"?(\w+)(?=[:" ])/g), ([, type = '']) => type));
      for (const type of failed) types.set(type, (types.get(type) ?? 0) + 1);
    }
  }
  return types;
}

/** Waits, at most two minutes, until `count` attempts in the logs have a failure of a type. Returns their number. */
export async function waitForFailures(
  pipeline: Pipeline,
  windows: readonly HourWindow[],
  type: ErrorType,
  count: number,
): Promise<number> {
  for (const deadline = Date.now() + 120_000; ; await sleep(500)) {
    const found = (await failuresIn(pipeline, windows)).get(type) ?? 0;
    if (found >= count) return found;
    if (Date.now() > deadline) throw new Error(`${type} occurred ${found} times, expected ${count}`);
  }
}
