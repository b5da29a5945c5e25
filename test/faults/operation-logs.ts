import { hourFolder } from '../../bronze/keys.ts';
import type { HourWindow } from '../../core/hour-window.ts';
import type { Pipeline } from '../support/pipeline.ts';

/** The types of the failures that the operation logs of some hours tell of. */
export async function failuresIn(
  { bucket, prefix }: Pipeline,
  windows: readonly HourWindow[],
): Promise<Set<string>> {
  const types = new Set<string>();
  for (const window of windows) {
    for (const { key } of await bucket.list(hourFolder(prefix, 'logs', window))) {
      const { text = '' } = (await bucket.getText(key)) ?? {};
      for (const [, type = ''] of text.matchAll(/,failed,"?(\w+)(?=[:" ])/g)) types.add(type);
    }
  }
  return types;
}
