import { producer } from '../core/version.ts';
import type { HourWindow } from '../core/hour-window.ts';
import type { Bucket } from './bucket.ts';
import type { Finding, VerifiedHour } from './findings.ts';
import { HourStore } from './hour-store.ts';
import { restoreChecksum } from './restore-checksum.ts';

/**
 * What an hour with findings needs. `export`: it has not landed. `export again`: what landed is damaged. `settle`: only
 * strays have to go. `person`: nothing may be done about its manifest. `nothing`: it is whole by now.
 */
export interface RepairPlan {
  readonly window: HourWindow;
  readonly need: 'export' | 'export again' | 'settle' | 'person' | 'nothing';
  /**
   * Objects whose bytes are not those that landed. They have to go before the hour is exported again: the commit
   * protocol compares keys and sizes, and would take them for whole.
   */
  readonly damaged: readonly string[];
  /** Objects that had only lost their checksum, and have it again. */
  readonly restored: readonly string[];
}

/**
 * Finds out what an hour needs. An object whose checksum alone is wrong is read: if its bytes are right they are stored
 * once more, so that a repair never deletes an object that is whole. @throws DiskFull, the typed errors of storage-errors.ts
 */
export async function planRepair(bucket: Bucket, prefix: string, hour: VerifiedHour): Promise<RepairPlan> {
  const { window, findings } = hour;
  const has = (...kinds: readonly Finding['kind'][]): boolean =>
    findings.some(({ kind }) => kinds.includes(kind));
  const plan = { window, damaged: [], restored: [] };
  if (has('manifest-unreadable')) return { ...plan, need: 'person' };
  if (has('gap')) return { ...plan, need: 'export' };

  const stored = await new HourStore(bucket, prefix, window, producer).readManifest();
  const outputs = stored?.manifest.outputs ?? [];
  const damaged: string[] = findings.flatMap((finding) =>
    finding.kind === 'object-content' ? [finding.key] : [],
  );
  const restored: string[] = [];
  for (const finding of findings) {
    if (finding.kind !== 'object-checksum') continue;
    const output = outputs.find(({ key }) => key === finding.key);
    if (output === undefined) continue;
    const isWhole = await restoreChecksum(bucket, output);
    (isWhole ? restored : damaged).push(output.key);
  }
  const isDamaged = damaged.length > 0 || has('object-missing', 'object-size', 'hour-content');
  const need = isDamaged ? 'export again' : has('stray') ? 'settle' : 'nothing';
  return { window, need, damaged, restored };
}
