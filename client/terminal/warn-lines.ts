import { rejectedFolder } from '../../bronze/keys.ts';
import type { BucketSettings } from '../../config/bucket-settings.ts';
import type { Interval } from '../../core/interval.ts';
import { count } from './format.ts';
import { printAside } from './print.ts';

/** What a person should know of lines that landed; each is a number of lines. */
export interface OddLines {
  readonly rejected: number;
  /** Events that arrived outside the hour they are in; a run of an older version does not tell. */
  readonly outsideWindow?: number;
}

/** Says on stderr what is odd about the lines of these hours, if anything is, and how to see which hours. */
export function warnOfLines(
  { rejected, outsideWindow = 0 }: OddLines,
  { start, end }: Interval,
  { bucket, prefix }: BucketSettings,
): void {
  const warn = (text: string): void =>
    printAside(`warning: ${text}; to see which hours: amplitude-export status --from ${start} --to ${end}`);
  if (rejected > 0)
    warn(`${count(rejected)} lines rejected, kept byte for byte in ${bucket}/${rejectedFolder(prefix)}`);
  if (outsideWindow > 0)
    warn(
      `${count(outsideWindow)} events of other hours: by their server_upload_time they do not belong to the hour that they landed in, so whoever reads the bucket may see them twice; a cache on the way may ignore what is asked for, and Amplitude gives data from before 2014-11-12 by the day`,
    );
}
