/**
 * What is asked of a store, in the order in which it is told. `required`: why no hour may land without it.
 * `without`: what is done where it is missing. Source: the commit protocol of bronze/commit.ts.
 */
export const featureTable = {
  'If-None-Match': { required: 'of two attempts that land an hour first, one must lose' },
  'If-Match': { required: 'of two attempts that replace an hour, one must lose' },
  'read after write': { required: 'a swap that was won must be seen at once' },
  'list after write': { required: 'a rival whose objects are not listed can still win' },
  'list order': { required: 'hours of a range are found by the order of their keys' },
  'list pages': { required: 'a listing that breaks off after a page hides hours' },
  'multipart upload': { required: 'objects of 64 MiB or more go up in parts' },
  'strong ETags': { without: 'the mark of weak ones (W/) is left out' },
  'checksum headers': { without: 'they are left out' },
  'checksum check': { without: 'each object is read back once it is stored' },
  'checksum kept': { without: 'verify compares sizes; verify --deep reads every object' },
  'checksum kept of parts': { without: 'objects of 64 MiB or more are read back once they are stored' },
  'start-after': { without: 'listings begin at the first key' },
  ListMultipartUploads: { without: 'unfinished uploads are not found; let a lifecycle rule end them' },
  DeleteObjects: { without: 'objects are deleted one by one' },
  deleting: { without: 'what is superseded stays, and each run and verify warns of it' },
} as const satisfies Record<string, { readonly required: string } | { readonly without: string }>;

/** The name of something that is asked of a store. */
export type FeatureName = keyof typeof featureTable;

/** What a store was found to do. `detail` says what it did instead. */
export interface FoundFeature {
  readonly name: FeatureName;
  readonly present: boolean;
  readonly detail?: string;
}

/** A feature that is there, or with a detail is not. */
export function found(name: FeatureName, missing?: string | false): FoundFeature {
  return missing === undefined || missing === false
    ? { name, present: true }
    : { name, present: false, detail: missing };
}
