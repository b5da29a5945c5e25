import type { MemberParser } from '../../amplitude/parse-hour.ts';
import { writeParquetGroup } from '../../amplitude/parquet/write-group.ts';
import { parseMember } from '../../amplitude/parse-member.ts';

/** Does one task after the other, without a thread: unit tests start none. */
export const parseHere: MemberParser = {
  size: 1,
  parse: async (task, signal) => {
    signal.throwIfAborted();
    return parseMember(task);
  },
  writeParquet: async (task, signal) => {
    signal.throwIfAborted();
    return writeParquetGroup(task);
  },
};
