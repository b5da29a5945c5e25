import { LineScanner } from '../../amplitude/line-scanner.ts';
import { parseHourWindow } from '../../core/hour-window.ts';

/** What the scanner says of one line without newline: its kind or why it is rejected, and an event's upload time. */
export interface Judged {
  readonly verdict: string;
  readonly uploadTime: string | undefined;
}

/** Gives the scanner one line, as the last of a member or with a newline and another line after it. */
export function judgeLine(line: Uint8Array | string, followed = false): Judged {
  const window = parseHourWindow('2026-01-01T05');
  const scanner = new LineScanner({ maxLineBytes: 2 ** 30, window, wanted: ['event', 'blank', 'rejected'] });
  scanner.push(Buffer.from(line));
  if (followed) scanner.push(Buffer.from('\n{"server_upload_time":"0"}\n'));
  else scanner.end();
  const found = scanner.next() ?? 'blank';
  const verdict = found === 'rejected' ? scanner.reason : found;
  return { verdict, uploadTime: scanner.tally.firstUploadTime };
}
