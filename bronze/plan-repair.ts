import type { HourWindow } from '../core/hour-window.ts';
import type { Finding, VerifiedHour } from './findings.ts';

/**
 * What an hour with findings needs. `export`: it has not landed. `land again`: its objects are damaged. `remove
 * orphans`: there are orphans or superseded objects to remove. `person`: its manifest cannot be read, so no repair
 * may change it. `nothing`: the objects are as they were sent.
 */
export interface RepairPlan {
  readonly window: HourWindow;
  readonly need: 'export' | 'land again' | 'remove orphans' | 'person' | 'nothing';
}

/**
 * Decides what an hour needs. A repair never overwrites or deletes the objects of a landed hour. It lands the hour
 * again with new objects, and only then are the damaged ones superseded. If the hour cannot land again, they stay.
 */
export function planRepair({ window, findings }: VerifiedHour): RepairPlan {
  const has = (...kinds: readonly Finding['kind'][]): boolean =>
    findings.some(({ kind }) => kinds.includes(kind));
  if (has('manifest-unreadable')) return { window, need: 'person' };
  if (has('gap')) return { window, need: 'export' };
  if (has('object-missing', 'object-size', 'object-checksum', 'object-content', 'hour-content'))
    return { window, need: 'land again' };
  return { window, need: has('superseded', 'orphan') ? 'remove orphans' : 'nothing' };
}
