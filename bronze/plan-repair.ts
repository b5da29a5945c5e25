import type { HourWindow } from '../core/hour-window.ts';
import type { Finding, VerifiedHour } from './findings.ts';

/**
 * What an hour with findings needs. `export`: it has not landed. `force export`: what landed is damaged. `remove orphans`: only
 * what nobody names has to go. `person`: nothing may be done about its manifest. `nothing`: what landed is as it was sent.
 */
export interface RepairPlan {
  readonly window: HourWindow;
  readonly need: 'export' | 'force export' | 'remove orphans' | 'person' | 'nothing';
}

/**
 * Says what an hour needs. Nothing that has landed is ever written to or deleted in place: what is damaged is
 * superseded when the hour has landed again beside it, and stays if it cannot.
 */
export function planRepair({ window, findings }: VerifiedHour): RepairPlan {
  const has = (...kinds: readonly Finding['kind'][]): boolean =>
    findings.some(({ kind }) => kinds.includes(kind));
  if (has('manifest-unreadable')) return { window, need: 'person' };
  if (has('gap')) return { window, need: 'export' };
  if (has('object-missing', 'object-size', 'object-checksum', 'object-content', 'hour-content'))
    return { window, need: 'force export' };
  return { window, need: has('superseded', 'orphan') ? 'remove orphans' : 'nothing' };
}
