import { refuseTotal } from './bombs.ts';
import { readZipMembers } from './export-zip.ts';
import { HourTally } from './hour-tally.ts';
import { inThreads } from './in-threads.ts';
import { writeParquetParts, type ParquetWriter } from './parquet/write-hour.ts';
import type { MemberResult, MemberTask } from './parse-member.ts';
import type { ParsedHour, ParseProgress, ParseTask } from './parsed-hour.ts';
import { refuseOtherArchive, refuseOtherBytes } from './same-archive.ts';

/** Parses members, and writes Parquet files, up to `size` at once. */
export interface MemberParser extends ParquetWriter {
  /**
   * Parses a member. It returns, or throws, only when nothing works on the member any more.
   * @throws what `parseMember` throws, with the same `type`; the signal's reason
   */
  parse(task: MemberTask, signal: AbortSignal): Promise<MemberResult>;
}

/**
 * Parses an hour's archive, several members at once, then writes its Parquet files, if they are wanted; the result is in
 * the order of the archive's directory. If a member fails, no further one begins, and those in progress are cancelled.
 * @throws WorkFilesLost when the archive is not the one that was downloaded; ArchiveBroken, ArchiveLimitsExceeded,
 *   MemberCorrupt, ParseThreadCrashed; ParquetWriterMissing, ParquetNotWritten; the file system's own error; the signal's
 *   reason
 */
export async function parseHour(
  task: ParseTask,
  parser: MemberParser,
  onProgress: (progress: ParseProgress) => void,
  signal: AbortSignal,
): Promise<ParsedHour> {
  signal.throwIfAborted();
  try {
    return await parseMembers(task, parser, onProgress, signal);
  } catch (error) {
    signal.throwIfAborted();
    await refuseOtherArchive(task, signal);
    throw error;
  }
}

async function parseMembers(
  task: ParseTask,
  parser: MemberParser,
  onProgress: (progress: ParseProgress) => void,
  signal: AbortSignal,
): Promise<ParsedHour> {
  const members = await readZipMembers(task.archive, task.limits);
  const tally = new HourTally();
  const results = await inThreads(
    [...members.entries()],
    parser.size,
    signal,
    async ([index, member], cancelled) => {
      const result = await parser.parse({ hour: task, member, index }, cancelled);
      tally.add(result);
      refuseTotal(tally.unpackedBytes, task.limits);
      const { members, events, unpackedBytes } = tally;
      onProgress({ step: 'parsing', members, events, unpackedBytes });
      return result;
    },
  );
  await refuseOtherBytes(
    task,
    results.map(({ packed }) => packed),
  );
  const withEvents = members.filter((_, index) => (results[index]?.member.events ?? 0) > 0);
  const content = { members: withEvents, events: tally.events };
  return {
    raw: task.raw,
    members: results.map(({ member }) => member),
    parts: results.flatMap(({ parts }) => parts),
    parquet:
      task.parquet === undefined
        ? []
        : await writeParquetParts(task, { ...task.parquet, ...content }, parser, onProgress, signal),
    ...tally.sums(),
  };
}
