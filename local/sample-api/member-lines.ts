import type { HourWindow } from '../../core/hour-window.ts';
import { badLine } from './bad-lines.ts';
import { sampleLines, type EventSource } from './events.ts';
import type { MemberPlan } from './sample-day.ts';

/** One line of a member, without newline. */
export interface MemberLine {
  readonly kind: 'event' | 'blank' | 'bad';
  readonly content: Buffer;
}

const BLANK_EVERY = 150;
const BLANK_LINES = [Buffer.from(''), Buffer.from(' \t')] as const;

/** Every line of a member in its order: bad lines spread among the events, and blank lines if it has them. */
export function* memberLines(
  source: EventSource,
  window: HourWindow,
  member: MemberPlan,
): Generator<MemberLine, void> {
  const { events, badLines, blankLines } = member;
  let bad = 0;
  let done = 0;
  for (const content of sampleLines(source, window, events)) {
    // Before an event, never last: after the last newline, a blank line would be no line at all.
    if (blankLines && done % BLANK_EVERY === 75)
      yield { kind: 'blank', content: BLANK_LINES[done % (2 * BLANK_EVERY) === 75 ? 0 : 1] };
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
