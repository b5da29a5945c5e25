/**
 * The features that the probe tries on a store, in the order of its report. `required`: why no hour may land without
 * it. `without`: what the export does without it. Source: the commit protocol of bronze/commit.ts.
 */
export const featureTable = {
  'If-None-Match': { required: 'of two attempts that land an hour first, one must lose' },
  'If-Match': { required: 'of two attempts that replace an hour, one must lose' },
  'read after write': { required: 'a GET must show a new manifest at once' },
  'list after write': { required: 'a landed object that is not listed would count as gone' },
  'list order': { required: 'hours are found by the order of their keys' },
  'list pages': { required: 'a listing that ends after one page hides hours' },
  'multipart upload': { required: 'objects of 64 MiB or more are uploaded in parts' },
  'strong ETags': { without: 'the W/ of weak ETags is left out' },
  'checksum headers': { without: 'none are sent' },
  'checksum check': { without: 'each object is read back after it is stored' },
  'checksum kept': { without: 'verify compares sizes; verify --deep reads every object' },
  'checksum kept of parts': { without: 'objects of 64 MiB or more are read back after they are stored' },
  'start-after': { without: 'listings begin at the first key' },
  ListMultipartUploads: { without: 'unfinished uploads are not found; end them by a lifecycle rule' },
  DeleteObjects: { without: 'objects are deleted one by one' },
  deleting: { without: 'superseded objects stay; each run and verify warn of them' },
} as const satisfies Record<string, { readonly required: string } | { readonly without: string }>;

/** The name of a feature that the probe tries. */
export type FeatureName = keyof typeof featureTable;

/** The result for one feature. `detail` says what the store did instead. */
export interface FoundFeature {
  readonly name: FeatureName;
  readonly present: boolean;
  readonly detail?: string;
}

/** A present feature; with `missing`, a missing one and what the store did instead. */
export function found(name: FeatureName, missing?: string | false): FoundFeature {
  return missing === undefined || missing === false
    ? { name, present: true }
    : { name, present: false, detail: missing };
}
