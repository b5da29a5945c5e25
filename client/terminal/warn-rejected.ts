import { rejectedFolder } from '../../bronze/keys.ts';
import type { BucketSettings } from '../../config/bucket-settings.ts';
import type { Interval } from '../../core/interval.ts';
import { count } from './format.ts';

/** Says on stderr that lines of these hours were rejected, if any were, where they are kept, and how to see which hours. */
export function warnOfRejected(
  lines: number,
  { start, end }: Interval,
  { bucket, prefix }: BucketSettings,
): void {
  if (lines === 0) return;
  console.error(
    `warning: ${count(lines)} lines rejected, kept byte for byte in ${bucket}/${rejectedFolder(prefix)}; to see which hours: amplitude-export status --from ${start} --to ${end}`,
  );
}
