import type { ActivityDependencies } from './dependencies.ts';

/** Removes the work files of an hour that will not land from here, and releases its slot. */
export async function discard(
  { workDir }: ActivityDependencies,
  input: { readonly folder: string },
): Promise<void> {
  await workDir.hourFolders.release(input.folder);
}
