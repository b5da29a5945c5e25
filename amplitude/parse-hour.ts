import { setMaxListeners } from 'node:events';
import { pMap } from '../core/p-map.ts';
import { refuseTotal } from './bombs.ts';
import { readZipMembers } from './export-zip.ts';
import { HourTally } from './hour-tally.ts';
import type { MemberResult, MemberTask } from './parse-member.ts';
import type { ParsedHour, ParseProgress, ParseTask } from './parsed-hour.ts';
import { refuseOtherArchive, refuseOtherBytes } from './same-archive.ts';

/** Parses members, up to `size` at once. */
export interface MemberParser {
  readonly size: number;
  /**
   * Parses a member. It returns, or throws, only when nothing works on the member any more.
   * @throws what `parseMember` throws, with the same `type`; the signal's reason
   */
  parse(task: MemberTask, signal: AbortSignal): Promise<MemberResult>;
}

/**
 * Parses an hour's archive, several members at once; the result is in the order of the archive's directory. If a member
 * fails, no further one begins, and those in progress are cancelled.
 * @throws WorkFilesLost when the archive is not the one that was downloaded; ArchiveBroken, ArchiveLimitsExceeded,
 *   MemberCorrupt, ParseThreadCrashed; the file system's own error; the signal's reason
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
  const failed = new AbortController();
  const cancelled = AbortSignal.any([signal, failed.signal]);
  // Each member in progress listens. From the eleventh on, Node would warn of a leak.
  setMaxListeners(parser.size, cancelled);
  const results = await pMap(
    [...members.entries()],
    async ([index, member]) => {
      try {
        const result = await parser.parse({ hour: task, member, index }, cancelled);
        tally.add(result);
        refuseTotal(tally.unpackedBytes, task.limits);
        const { members, events, unpackedBytes } = tally;
        onProgress({ members, events, unpackedBytes });
        return result;
      } catch (error) {
        failed.abort(error);
        throw error;
      }
    },
    { concurrency: parser.size },
  );
  await refuseOtherBytes(
    task,
    results.map(({ packed }) => packed),
  );
  return {
    raw: task.raw,
    members: results.map(({ member }) => member),
    parts: results.flatMap(({ parts }) => parts),
    ...tally.sums(),
  };
}
