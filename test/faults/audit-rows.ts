import type { HourWindow } from '../../core/hour-window.ts';
import type { HourVariation } from '../../local/sample-api/sample-day.ts';
import { leftOver as leftOverIn } from './audit-scenario.ts';
import { auditHours } from './audit.ts';
import type { FaultRow } from './fault-table.ts';
import type { Scenario } from './scenario.ts';

/** One fault of a scenario, and the hours that it hit, before their audit. */
export interface AffectedHours extends Pick<FaultRow, 'fault' | 'injected' | 'problem'> {
  readonly windows: readonly HourWindow[];
  /** The variation in which the source served them last. */
  readonly variation?: HourVariation;
}

/**
 * Injects several faults in one scenario, each on its own hours, then closes it. Returns a row for each fault. Left-over
 * objects are counted for the whole scenario: every row has the same number.
 */
export async function auditRows(
  scenario: Scenario,
  inject: () => Promise<readonly AffectedHours[]>,
): Promise<FaultRow[]> {
  try {
    const affected = await inject();
    const leftOver = await leftOverIn(
      scenario,
      affected.flatMap(({ windows }) => windows),
    );
    const rows: FaultRow[] = [];
    for (const { windows, variation, ...row } of affected) {
      rows.push({ ...row, ...(await auditHours(scenario.pipeline, windows, variation)), leftOver });
    }
    return rows;
  } finally {
    await scenario.close();
  }
}
