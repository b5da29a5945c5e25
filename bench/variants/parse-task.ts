import { dirname } from 'node:path';
import { archiveLimits } from '../../amplitude/limits.ts';
import type { ParseTask } from '../../amplitude/parsed-hour.ts';
import { parseHourWindow } from '../../core/hour-window.ts';

/** The task to parse an archive of `makeArchive`, with the limits of a worker. */
export function parseTask(archive: string, window: string, sha256: string): ParseTask {
  return {
    archive,
    window: parseHourWindow(window),
    sha256,
    folder: dirname(archive),
    maxLineBytes: 32 * 1024 * 1024,
    limits: archiveLimits,
  };
}
