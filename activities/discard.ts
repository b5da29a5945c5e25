import type { ActivityDependencies } from './dependencies.ts';

/** Removes the work files of an hour that this worker will not land, and releases its slot. */
export async function discard(
  { workDir }: ActivityDependencies,
  input: { readonly folder: string },
): Promise<void> {
  await workDir.hourFolders.release(input.folder);
}
