/** Features that the export requires: it refuses a store without one of them. */
export const requiredFeatures = [
  'if-none-match',
  'if-match',
  'read-after-write',
  'list-after-write',
  'list-order',
  'list-pages',
  'multipart',
] as const;

/** Features that the export can do without. */
export const optionalFeatures = [
  'strong-etags',
  'checksum-headers',
  'checksum-check',
  'checksum-kept',
  'checksum-kept-of-parts',
  'start-after',
  'list-uploads',
  'delete-objects',
  'deleting',
] as const;

/** A feature that a fake store may lack. */
export type StoreFeature = (typeof requiredFeatures)[number] | (typeof optionalFeatures)[number];

/** All subsets of a list, the empty one first. */
export function subsetsOf<T>(things: readonly T[]): T[][] {
  return Array.from({ length: 2 ** things.length }, (_, bits) =>
    things.filter((_thing, index) => (bits >> index) & 1),
  );
}
