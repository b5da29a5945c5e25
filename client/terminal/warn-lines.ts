import { rejectedFolder } from '../../bronze/keys.ts';
import type { BucketSettings } from '../../config/bucket-settings.ts';
import type { Interval } from '../../core/interval.ts';
import { count } from './format.ts';
import { printAside } from './print.ts';

/** Numbers of landed lines that a person should know of. */
export interface LinesToWarnOf {
  readonly rejected: number;
  /** Events that arrived outside the hour they are in; absent from runs of older versions. */
  readonly outsideWindow?: number;
}

/** Warns on stderr of rejected lines and events of other hours, and says how to see which hours have them. */
export function warnOfLines(
  { rejected, outsideWindow = 0 }: LinesToWarnOf,
  { start, end }: Interval,
  { bucket, prefix }: BucketSettings,
): void {
  const warn = (text: string): void =>
    printAside(`warning: ${text}; to see which hours: amplitude-export status --from ${start} --to ${end}`);
  if (rejected > 0)
    warn(`${count(rejected)} lines rejected and kept byte for byte in ${bucket}/${rejectedFolder(prefix)}`);
  if (outsideWindow > 0)
    warn(
      `${count(outsideWindow)} events of other hours: their server_upload_time is outside the hour that they landed in, so a reader of the bucket may see them twice; either a cache on the way to Amplitude ignores the query, or the data is from before 2014-11-12, which Amplitude gives by the day`,
    );
}
