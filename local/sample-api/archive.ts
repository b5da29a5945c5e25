import { Readable, type PassThrough } from 'node:stream';
import yazl from 'yazl';
import { dateAndHour } from '../../core/hour-window.ts';
import { byteCount, damageAt } from './byte-streams.ts';
import type { EventSource } from './events.ts';
import { gzipStream, joinLines } from './member-bytes.ts';
import { memberLines } from './member-lines.ts';
import type { HourPlan, MemberPlan } from './sample-day.ts';

/** An hour in an archive. */
export interface ArchiveHour {
  readonly plan: HourPlan;
  /** The same lines in other bytes. */
  readonly repacked?: boolean;
  /**
   * Damage to the first member of the hour. `corrupt-member` comes before the zip computes the CRC-32, so that only
   * gzip notices it; `bad-crc` comes after, in the first such hour of an archive.
   */
  readonly damage?: 'corrupt-member' | 'bad-crc' | undefined;
}

const LOCAL_HEADER_BYTES = 30;

/**
 * The zip of some hours, made while it is read: streams hold no more than a small part of it in memory. Ending the
 * iteration early stops the work. The same hours give the same bytes, in every time zone.
 */
export async function* archiveBytes(
  source: EventSource,
  hours: readonly ArchiveHour[],
): AsyncGenerator<Buffer> {
  const [first, ...others] = hours.toSorted(
    (a, b) => Number(b.damage === 'bad-crc') - Number(a.damage === 'bad-crc'),
  );
  if (first?.damage !== 'bad-crc') {
    yield* zipBytes(source, hours);
    return;
  }
  // The position is known because it is the first member of the archive: after one local header and its name.
  const start = LOCAL_HEADER_BYTES + Buffer.byteLength(first.plan.members[0]?.name ?? '');
  yield* damageAt(zipBytes(source, [first, ...others]), start + (await middleOfFirstMember(source, first)));
}

async function* zipBytes(source: EventSource, hours: readonly ArchiveHour[]): AsyncGenerator<Buffer> {
  const zip = new yazl.ZipFile();
  const output = zip.outputStream as PassThrough;
  let current: Readable | undefined;
  for (const hour of hours) {
    const damageFrom = hour.damage === 'corrupt-member' ? await middleOfFirstMember(source, hour) : undefined;
    for (const [index, member] of hour.plan.members.entries()) {
      zip.addReadStreamLazy(member.name, memberOptions(hour.plan, member), (use) => {
        // The reader may have left while the member before was sent.
        if (output.destroyed) return;
        const whole = memberStream(source, hour, member);
        current =
          index === 0 && damageFrom !== undefined ? Readable.from(damageAt(whole, damageFrom)) : whole;
        current.on('error', (error) => output.destroy(error));
        use(null, current);
      });
    }
  }
  zip.end();
  try {
    yield* output as AsyncIterable<Buffer>;
  } finally {
    current?.destroy();
  }
}

function memberStream(source: EventSource, hour: ArchiveHour, member: MemberPlan): Readable {
  const lines = memberLines(source, hour.plan.window, member);
  return gzipStream(joinLines(lines, member.finalNewline), hour.repacked ? 6 : 4, member.manyStreams);
}

function memberOptions(plan: HourPlan, member: MemberPlan): Partial<yazl.ReadStreamOptions> {
  // Zip writes local time. A time without a zone gives the same bytes everywhere, and noon exists on every day in every
  // zone.
  const mtime = new Date(`${dateAndHour(plan.window).date}T12:00:00`);
  return { mtime, forceDosTimestamp: true, compressionLevel: member.deflated ? 1 : 0 };
}

async function middleOfFirstMember(source: EventSource, hour: ArchiveHour): Promise<number> {
  const [member] = hour.plan.members;
  return member === undefined ? 0 : (await byteCount(memberStream(source, hour, member))) >> 1;
}
