/** What a fake store may lack, and without which the export refuses it. */
export const requiredLacks = [
  'if-none-match',
  'if-match',
  'read-after-write',
  'list-after-write',
  'list-order',
  'list-pages',
  'multipart',
] as const;

/** What a fake store may lack, and the export does without. */
export const optionalLacks = [
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

/** One thing that a fake store lacks. */
export type Lack = (typeof requiredLacks)[number] | (typeof optionalLacks)[number];

/** Every subset of some things, the empty one first. */
export function subsetsOf<T>(things: readonly T[]): T[][] {
  return Array.from({ length: 2 ** things.length }, (_, bits) =>
    things.filter((_thing, index) => (bits >> index) & 1),
  );
}
