import type { MemberParser } from '../../amplitude/parse-hour.ts';
import { parseMember } from '../../amplitude/parse-member.ts';

/** Parses one member after the other, without a thread: unit tests start none. */
export const parseHere: MemberParser = {
  size: 1,
  parse: async (task, signal) => {
    signal.throwIfAborted();
    return parseMember(task);
  },
};
