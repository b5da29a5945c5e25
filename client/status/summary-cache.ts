import { createHash, randomBytes } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isHourSummary, type HourSummary } from '../../bronze/hour-summary.ts';
import { cacheFolder } from '../../core/cache-folder.ts';
import type { HourWindow } from '../../core/hour-window.ts';

/** A ledger: address of the storage (empty for AWS), bucket and prefix. */
export interface LedgerPlace {
  readonly endpoint: string;
  readonly bucket: string;
  readonly prefix: string;
}

const VERSION = 1;

/**
 * Caches summaries of manifests, in one file for each ledger, so that a manifest is read only once. It never changes an
 * answer: the caller compares the ETag of a summary with the listed one, and a file that is absent, broken or about
 * another ledger counts as empty.
 */
export class SummaryCache {
  /** The file's path; neither it nor its folder need exist. */
  readonly file: string;
  readonly #place: string;

  constructor({ endpoint, bucket, prefix }: LedgerPlace) {
    this.#place = JSON.stringify([endpoint, bucket, prefix]);
    const hash = createHash('sha256').update(this.#place).digest('hex').slice(0, 16);
    this.file = join(cacheFolder(), `ledger-${hash}.json`);
  }

  /** All cached summaries. */
  async read(): Promise<Map<HourWindow, HourSummary>> {
    const summaries = new Map<HourWindow, HourSummary>();
    const { version, place, hours } = await readJson(this.file);
    if (version !== VERSION || place !== this.#place || !Array.isArray(hours)) return summaries;
    for (const hour of hours) if (isHourSummary(hour)) summaries.set(hour.window, hour);
    return summaries;
  }

  /**
   * Replaces the cache with these summaries. The file changes in one step: of two writers at once the last one wins.
   * @throws an error of the file system
   */
  async write(summaries: ReadonlyMap<HourWindow, HourSummary>): Promise<void> {
    await mkdir(dirname(this.file), { recursive: true });
    const temporary = `${this.file}-${randomBytes(6).toString('hex')}`;
    try {
      const content = { version: VERSION, place: this.#place, hours: [...summaries.values()] };
      await writeFile(temporary, JSON.stringify(content));
      await rename(temporary, this.file);
    } finally {
      await rm(temporary, { force: true });
    }
  }
}

async function readJson(file: string): Promise<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(await readFile(file, 'utf8'));
    return { ...(value as object) };
  } catch {
    return {};
  }
}
