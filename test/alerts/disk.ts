import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { mountSmallDisk } from '../faults/machine/small-disk.ts';
import type { Pipeline } from '../support/pipeline.ts';

const DISK_KIB = 128 * 1024;
/** What remains is enough for the files of the sample's hours. */
const FILL_BYTES = 120 * 1024 * 1024;

const reportLittleSpace = new URL('report-little-space.js', import.meta.url).href;

/** A disk for WORK_DIR that a test fills. */
export interface Disk {
  /** Environment for the workers that use it. */
  readonly env: Readonly<Record<string, string>>;
  fill(): Promise<void>;
  empty(): Promise<void>;
}

/**
 * A small disk for the pipeline's work folder: one that is mounted and filled with a file, or, where mounting is not
 * allowed, the report of one. `folder` is for files of the test itself; `onClose` adds work for the end.
 */
export async function openDisk(
  pipeline: Pipeline,
  folder: string,
  onClose: (work: () => Promise<unknown>) => void,
): Promise<Disk> {
  const mounted = await mountSmallDisk({ pipeline, onClose }, DISK_KIB);
  const file = mounted === undefined ? join(folder, 'nearly-full') : join(pipeline.workDir, 'other-data');
  const bytes = mounted === undefined ? 0 : FILL_BYTES;
  const env = { NODE_OPTIONS: `--import=${reportLittleSpace}`, DISK_NEARLY_FULL_FILE: file };
  return {
    env: mounted === undefined ? env : {},
    fill: async () => writeFile(file, Buffer.alloc(bytes)),
    empty: async () => rm(file),
  };
}
