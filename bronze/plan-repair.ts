import { producer } from '../core/version.ts';
import type { HourWindow } from '../core/hour-window.ts';
import type { Bucket } from './bucket.ts';
import type { Finding, VerifiedHour } from './findings.ts';
import { HourStore } from './hour-store.ts';
import { restoreChecksum } from './restore-checksum.ts';

/**
 * What an hour with findings needs. `export`: it has not landed. `export anew`: what landed is damaged. `settle`: only
 * strays have to go. `person`: nothing may be done about its manifest. `nothing`: it is whole by now.
 */
export interface RepairPlan {
  readonly window: HourWindow;
  readonly need: 'export' | 'export anew' | 'settle' | 'person' | 'nothing';
  /** Objects that had only lost their checksum, and have it again. */
  readonly restored: readonly string[];
}

/**
 * Finds out what an hour needs. An object whose checksum alone is wrong is read: if its bytes are right they are stored
 * once more. Nothing is deleted: what is damaged goes when the hour has landed anew, and stays if it cannot.
 * @throws DiskFull, the typed errors of storage-errors.ts
 */
export async function planRepair(bucket: Bucket, prefix: string, hour: VerifiedHour): Promise<RepairPlan> {
  const { window, findings } = hour;
  const has = (...kinds: readonly Finding['kind'][]): boolean =>
    findings.some(({ kind }) => kinds.includes(kind));
  const plan = { window, restored: [] };
  if (has('manifest-unreadable')) return { ...plan, need: 'person' };
  if (has('gap')) return { ...plan, need: 'export' };

  const stored = await new HourStore(bucket, prefix, window, producer).readManifest();
  const outputs = stored?.manifest.outputs ?? [];
  let isDamaged = has('object-missing', 'object-size', 'object-content', 'hour-content');
  const restored: string[] = [];
  for (const finding of findings) {
    if (finding.kind !== 'object-checksum') continue;
    const output = outputs.find(({ key }) => key === finding.key);
    if (output === undefined) continue;
    if (await restoreChecksum(bucket, output)) restored.push(output.key);
    else isDamaged = true;
  }
  const need = isDamaged ? 'export anew' : has('stray') ? 'settle' : 'nothing';
  return { window, need, restored };
}
