import type { HourWindow } from '../../core/hour-window.ts';
import { memberLines } from './member-lines.ts';
import { planHour, type HourVariation, type SampleOptions } from './sample-day.ts';

/** A line that is not blank, as it is served: its bytes without the newline, and whether it is a bad line. */
export interface ServedLine {
  readonly member: string;
  readonly line: Buffer;
  readonly bad: boolean;
}

/**
 * Every line of an hour that is not blank, in the order of the archive, made by the code that makes the archive. The
 * faults `changed` and `bad-lines` serve the hour with that `variation`.
 */
export function* servedLines(
  options: SampleOptions,
  window: HourWindow,
  variation: HourVariation = {},
): Generator<ServedLine, void> {
  for (const member of planHour(options, window, variation).members) {
    for (const { kind, content } of memberLines(options, window, member)) {
      if (kind === 'blank') continue;
      yield { member: member.name, line: content, bad: kind === 'bad' };
    }
  }
}
