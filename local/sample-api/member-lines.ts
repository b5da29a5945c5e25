import type { HourWindow } from '../../core/hour-window.ts';
import { badLine } from './bad-lines.ts';
import { sampleLines, type EventSource } from './events.ts';
import type { MemberPlan } from './sample-day.ts';

/** One line of a member, without newline; text stands for its UTF-8 bytes. */
export type MemberLine =
  | { readonly kind: 'event' | 'blank'; readonly content: string }
  | { readonly kind: 'bad'; readonly content: Buffer };

const BLANK_EVERY = 150;

/** Every line of a member in its order: bad lines spread among the events, and some blank lines. */
export function* memberLines(
  source: EventSource,
  window: HourWindow,
  member: MemberPlan,
): Generator<MemberLine, void> {
  const { events, badLines } = member;
  let bad = 0;
  let done = 0;
  for (const content of sampleLines(source, window, events)) {
    // Before an event, never last: after the last newline, a blank line would be no line at all.
    if (done % BLANK_EVERY === 75)
      yield { kind: 'blank', content: done % (2 * BLANK_EVERY) === 75 ? '' : ' \t' };
    yield { kind: 'event', content };
    done += 1;
    for (; bad < Math.floor((done * badLines.count) / (events.count + 1)); bad += 1) {
      yield { kind: 'bad', content: badLine(source, window, badLines.first + bad) };
    }
  }
  for (; bad < badLines.count; bad += 1) {
    yield { kind: 'bad', content: badLine(source, window, badLines.first + bad) };
  }
}
