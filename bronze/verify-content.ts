import { LinesDigest } from '../amplitude/digest.ts';
import type { Bucket } from './bucket.ts';
import type { Finding } from './findings.ts';
import { memberIndexOf } from './keys.ts';
import type { Output } from './common-manifest.ts';
import type { Manifest, ManifestMember } from './manifest.ts';
import { readBack } from './read-back.ts';

/** The sums of the lines of one member, over its event object and its rejected object. */
interface MemberLines {
  readonly digest: LinesDigest;
  events: number;
  rejected: number;
}

/**
 * Reads objects of an hour one after another and compares each with its entry in the manifest. If `outputs` are all
 * objects of the hour and none is damaged, also compares their lines with the digests and counts of the members and
 * of the hour.
 * @throws the typed errors of storage-errors.ts
 */
export async function verifyContent(
  bucket: Bucket,
  manifest: Manifest,
  outputs: readonly Output[],
): Promise<Finding[]> {
  const findings: Finding[] = [];
  const members = new Map<number, MemberLines>();
  for (const output of outputs) {
    const { damage, sums } = await readBack(bucket, output);
    if (damage !== undefined) findings.push({ kind: 'object-content', key: output.key, detail: damage });
    if (sums === undefined || output.format === 'raw' || output.format === 'parquet') continue;
    const index = memberIndexOf(output.key) ?? -1;
    const lines = members.get(index) ?? { digest: new LinesDigest(), events: 0, rejected: 0 };
    members.set(index, lines);
    lines.digest.merge(sums.digest);
    lines[output.format] += sums.lines;
  }
  if (findings.length > 0 || outputs.length < manifest.outputs.length) return findings;
  const detail = contradiction(manifest, members);
  return detail === undefined ? [] : [{ kind: 'hour-content', detail }];
}

/** The first difference between the manifest and the lines, in words; undefined when there is none. */
function contradiction(manifest: Manifest, found: ReadonlyMap<number, MemberLines>): string | undefined {
  const total: MemberLines = { digest: new LinesDigest(), events: 0, rejected: 0 };
  for (const lines of found.values()) {
    total.digest.merge(lines.digest);
    total.events += lines.events;
    total.rejected += lines.rejected;
  }
  for (const [index, member] of manifest.members.entries()) {
    const difference = differenceOf(member, found.get(index));
    if (difference !== undefined) return `member ${JSON.stringify(member.name)}: ${difference}`;
  }
  return differenceOf(manifest, total);
}

function differenceOf(
  expected: Pick<ManifestMember, 'digest' | 'events' | 'rejected'>,
  found: MemberLines = { digest: new LinesDigest(), events: 0, rejected: 0 },
): string | undefined {
  for (const count of ['events', 'rejected'] as const) {
    if (found[count] !== expected[count]) return `${found[count]} ${count}, not ${expected[count]}`;
  }
  return found.digest.toString() === expected.digest
    ? undefined
    : `the lines have the digest ${found.digest.toString()}`;
}
