import { createHash } from 'node:crypto';
import { readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ParsedHour } from '../amplitude/parsed-hour.ts';
import type { HourDraft } from '../bronze/hour-draft.ts';
import { checksumFile } from '../core/checksum.ts';
import { WorkFilesLost } from '../core/file-errors.ts';

/** The archive's name in its work folder. */
export const ARCHIVE_FILE = 'export.zip';

/** The result of parse, for upload: a line with the SHA-256 of the rest, then a `ParsedHour` as JSON. */
const PARSED_FILE = 'parsed.json';

/** Writes the result of parse to the work folder, whole or not at all. */
export async function writeParsed(folder: string, hour: ParsedHour): Promise<void> {
  const path = join(folder, PARSED_FILE);
  const text = JSON.stringify(hour);
  await writeFile(`${path}.partial`, `${sha256Of(text)}\n${text}`);
  await rename(`${path}.partial`, path);
}

/**
 * Reads the result of parse.
 * @throws WorkFilesLost when the file has changed since parse; the file system's own error
 */
export async function readParsed(folder: string): Promise<ParsedHour> {
  const file = await readFile(join(folder, PARSED_FILE), 'utf8');
  const end = file.indexOf('\n');
  const text = file.slice(end + 1);
  if (file.slice(0, end) !== sha256Of(text)) throw altered(join(folder, PARSED_FILE));
  return JSON.parse(text) as ParsedHour;
}

/** Removes the files of a parse that failed: other hours may need the space before the next attempt. */
export async function removeParsed(folder: string): Promise<void> {
  const files = await readdir(folder);
  await Promise.all(
    files
      .filter((file) => file !== ARCHIVE_FILE)
      .map((file) => rm(join(folder, file), { force: true, recursive: true })),
  );
}

/**
 * Reads the files of an hour again after the storage has received other bytes than expected: if they were altered on
 * this disk, the storage would refuse them again.
 * @throws WorkFilesLost when a file has changed since parse; the file system's own error
 */
export async function refuseAltered(objects: HourDraft['objects']): Promise<void> {
  for (const { file, start, bytes, sha256 } of objects) {
    const found = await checksumFile(file, { start, bytes });
    if (found.sha256 !== sha256) throw altered(file);
  }
}

function altered(file: string): WorkFilesLost {
  return new WorkFilesLost(`the work file ${file} has changed since it was written`);
}

function sha256Of(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
