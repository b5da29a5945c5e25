import type { ActivityDependencies } from './dependencies.ts';

/** Removes the work files of an hour that will not land from here, and frees its place on this host. */
export async function discard(
  { host }: ActivityDependencies,
  input: { readonly folder: string },
): Promise<void> {
  await host.folders.discard(input.folder);
}
