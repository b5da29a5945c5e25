import { expect, it } from 'vitest';
import type { ZipMember } from '../../../amplitude/export-zip.ts';
import { groupMembers } from '../../../amplitude/parquet/groups.ts';

const MiB = 1024 * 1024;

/** The sizes in MiB of the members of each group. */
function groupsOf(...mebibytes: number[]): number[][] {
  const members = mebibytes.map((size): ZipMember => {
    const bytes = size * MiB;
    return { name: 'm', dataStart: 0, packedBytes: bytes, bytes, crc32: 0, stored: true };
  });
  return groupMembers(members).map((group) => group.map(({ packedBytes }) => packedBytes / MiB));
}

it.each([
  { members: [], groups: [] },
  { members: [1, 2, 3], groups: [[1, 2, 3]] },
  { members: [16, 16, 1], groups: [[16, 16], [1]] },
  { members: [1, 100, 1, 1], groups: [[1], [100], [1, 1]] },
  { members: [20, 20, 20], groups: [[20], [20], [20]] },
  { members: [0, 32], groups: [[0, 32]] },
])('members of $members MiB make the groups $groups', ({ members, groups }) => {
  expect(groupsOf(...members)).toEqual(groups);
});
