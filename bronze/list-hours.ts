import type { HourWindow } from '../core/hour-window.ts';
import type { Interval } from '../core/interval.ts';
import type { Bucket, ListedObject, ListedUpload } from './bucket.ts';
import { formats, hourFolder, type Format } from './keys.ts';
import type { Listing } from './manifest-store.ts';

/** Objects or uploads by their hour folder, without the prefix. */
type ByFolder<T> = ReadonlyMap<string, readonly T[]>;

/** The unfinished uploads of all hours, by hour folder. @throws the typed errors of storage-errors.ts */
export async function listAllUploads(bucket: Bucket, prefix: string): Promise<ByFolder<ListedUpload>> {
  return byFolder(prefix, await bucket.listUploads(`${prefix}/`));
}

/**
 * Lists the objects of many hours, with one LIST for each 1,000 objects of a format. Returns a function that finds
 * the objects and uploads of one hour.
 * @throws the typed errors of storage-errors.ts
 */
export async function listHours(
  bucket: Bucket,
  prefix: string,
  { start, end }: Interval,
  uploads: ByFolder<ListedUpload>,
): Promise<(window: HourWindow) => Listing> {
  const listFormat = async (format: Format): Promise<ListedObject[]> => {
    // With the slash at its end: without it, SeaweedFS leaves out the whole folder. No key in the last folder sorts
    // after the highest character.
    const after = hourFolder(prefix, format, start);
    return bucket.list(`${prefix}/${format}/`, { after, upTo: `${hourFolder(prefix, format, end)}\uffff` });
  };
  const objects = byFolder(prefix, (await Promise.all(formats.map(listFormat))).flat());
  return (window) => {
    const folders = formats.map((format) => hourFolder(prefix, format, window).slice(prefix.length));
    return {
      objects: folders.flatMap((folder) => objects.get(folder) ?? []),
      uploads: folders.flatMap((folder) => uploads.get(folder) ?? []),
    };
  };
}

function byFolder<T extends { readonly key: string }>(prefix: string, listed: readonly T[]): ByFolder<T> {
  const folders = new Map<string, T[]>();
  for (const item of listed) {
    const [folder] = /^\/\w+\/dt=[^/]*\/hour=[^/]*\//.exec(item.key.slice(prefix.length)) ?? [];
    if (folder === undefined) continue;
    const found = folders.get(folder);
    if (found === undefined) folders.set(folder, [item]);
    else found.push(item);
  }
  return folders;
}
