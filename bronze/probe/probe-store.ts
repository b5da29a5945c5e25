import { randomBytes } from 'node:crypto';
import type { Bucket } from '../bucket.ts';
import { StoreUnsuitable } from '../errors.ts';
import { probeChecksums } from './checksums.ts';
import { probeConditionalWrites } from './conditional-writes.ts';
import { probeDeleting } from './deleting.ts';
import { featureTable, type FeatureName, type FoundFeature } from './feature-table.ts';
import { probeListing } from './listing.ts';
import { probeMultipart } from './multipart.ts';
import { probeReads } from './reads.ts';

/**
 * Tries with a few small objects, below `{prefix}/probe/`, whether a store has the features that the export needs,
 * and sets the missing ones in `bucket.features`. Sends about 150 requests, most of them at once, and removes the
 * objects again.
 * @throws the typed errors of storage-errors.ts, such as for refused keys or a store that does not answer
 */
export async function probeStore(bucket: Bucket, prefix: string): Promise<FoundFeature[]> {
  const site = { bucket, folder: `${prefix}/probe/${Date.now()}-${randomBytes(6).toString('hex')}/` };
  const features: FoundFeature[] = [];
  try {
    for (const probe of [probeReads, probeConditionalWrites, probeListing, probeChecksums, probeMultipart])
      features.push(...(await probe(site)));
  } catch (error) {
    await probeDeleting(site).catch(() => undefined);
    throw error;
  }
  features.push(...(await probeDeleting(site)));
  const order = Object.keys(featureTable);
  return features.toSorted((a, b) => order.indexOf(a.name) - order.indexOf(b.name));
}

/**
 * Refuses a store that lacks a required feature.
 * @throws StoreUnsuitable, which names each feature, what the store did instead, and why it is required
 */
export function refuseUnsuitable(bucket: Bucket, features: readonly FoundFeature[]): void {
  const lacking = features.flatMap(({ name, present, detail }) => {
    const reason = requirement(name);
    return present || reason === undefined ? [] : [`${name} (${detail ?? 'missing'}; ${reason})`];
  });
  if (lacking.length === 0) return;
  throw new StoreUnsuitable(
    `hours can be lost on the store of the bucket ${bucket.name}, which lacks: ${lacking.join(', ')}`,
  );
}

/** Why a feature is required; undefined for an optional one. */
export function requirement(name: FeatureName): string | undefined {
  const row = featureTable[name];
  return 'required' in row ? row.required : undefined;
}
