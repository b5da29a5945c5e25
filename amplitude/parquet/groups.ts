import type { ZipMember } from '../export-zip.ts';

/** About how many packed bytes of members make a group: some 250 MB of lines. */
const GROUP_BYTES = 32 * 1024 * 1024;

/**
 * Groups the members of an archive, each group in a row: a small hour has one Parquet file, and of a large one several
 * threads each write a part. A member over the size is a group of its own.
 */
export function groupMembers(members: readonly ZipMember[]): ZipMember[][] {
  const groups: ZipMember[][] = [];
  let bytes = Infinity;
  for (const member of members) {
    if (bytes + member.packedBytes > GROUP_BYTES) {
      groups.push([]);
      bytes = 0;
    }
    groups.at(-1)?.push(member);
    bytes += member.packedBytes;
  }
  return groups;
}
