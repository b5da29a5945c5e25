import type { ZipMember } from '../export-zip.ts';
import { inThreads } from '../in-threads.ts';
import type { ParquetPart, ParseProgress, ParseTask } from '../parsed-hour.ts';
import { groupMembers } from './groups.ts';
import type { ParquetGroup, ParquetTask } from './write-group.ts';

/** Writes the Parquet files of groups of members, `size` at once. */
export interface ParquetWriter {
  readonly size: number;
  /**
   * Writes the files of a group. It returns, or throws, only when nothing works on them any more.
   * @throws what `writeParquetGroup` throws, with the same `type`; the signal's reason
   */
  writeParquet(task: ParquetTask, signal: AbortSignal): Promise<ParquetGroup>;
}

/**
 * Writes the events of an hour's members as Parquet files, in the order of the members.
 * @throws Error when the files do not have all `events`; what `writer` throws; the signal's reason
 */
export async function writeParquetParts(
  hour: ParseTask,
  content: { readonly extractedAt: string; readonly members: readonly ZipMember[]; readonly events: number },
  writer: ParquetWriter,
  onProgress: (progress: ParseProgress) => void,
  signal: AbortSignal,
): Promise<ParquetPart[]> {
  const { extractedAt } = content;
  const progress = { members: 0, events: 0, unpackedBytes: 0 };
  onProgress({ step: 'writing Parquet', ...progress });
  const groups = await inThreads(
    [...groupMembers(content.members).entries()],
    writer.size,
    signal,
    async ([group, members], cancelled) => {
      const written = await writer.writeParquet({ hour, members, group, extractedAt }, cancelled);
      progress.members += members.length;
      progress.events += written.events;
      progress.unpackedBytes += written.unpackedBytes;
      onProgress({ step: 'writing Parquet', ...progress });
      return written;
    },
  );
  if (progress.events !== content.events)
    throw new Error(`the Parquet files have ${progress.events} events, not ${content.events}`);
  return groups.flatMap(({ parts }) => parts);
}
