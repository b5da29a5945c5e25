import { parseHourOffThread } from '../../amplitude/parse-off-thread.ts';
import type { ParsedHour, ParseTask } from '../../amplitude/parsed-hour.ts';

/**
 * Parses an hour in this number of parse threads. Today an hour has one thread, whatever the number: with a pool of
 * parse threads, this is the place to ask it for more.
 * @throws what `parseHour` throws
 */
export function parseInThreads(task: ParseTask, _threads: number): Promise<ParsedHour> {
  return parseHourOffThread(task, () => undefined, new AbortController().signal);
}
