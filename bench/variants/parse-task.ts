import { dirname } from 'node:path';
import { archiveLimits } from '../../amplitude/limits.ts';
import type { ParseTask } from '../../amplitude/parsed-hour.ts';
import type { Checksums } from '../../core/checksum.ts';
import { parseHourWindow } from '../../core/hour-window.ts';

/** The task of the first arguments, which `parseArguments` made, with the limits of a worker. */
export function parseTask([archive = '', window = '', checksums = '']: readonly string[]): ParseTask {
  return {
    archive,
    window: parseHourWindow(window),
    raw: JSON.parse(checksums) as Checksums,
    folder: dirname(archive),
    maxLineBytes: 32 * 1024 * 1024,
    limits: archiveLimits,
  };
}
