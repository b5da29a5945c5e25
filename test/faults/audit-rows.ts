import type { HourWindow } from '../../core/hour-window.ts';
import type { HourVariation } from '../../local/sample-api/sample-day.ts';
import { leftOver as leftOverIn } from './audit-scenario.ts';
import { auditHours } from './audit.ts';
import type { FaultRow } from './fault-table.ts';
import type { Scenario } from './scenario.ts';

/** What one fault of a scenario did, before anybody has looked at its hours. */
export interface AffectedHours extends Pick<FaultRow, 'fault' | 'injected' | 'problem'> {
  readonly windows: readonly HourWindow[];
  /** How the source served them in the end. */
  readonly variation?: HourVariation;
}

/**
 * Runs several faults, each on hours of its own, in one scenario; a row for each. The scenario is closed at the end.
 * What is left over belongs to the scenario: every row tells of all of it.
 */
export async function auditRows(
  scenario: Scenario,
  strike: () => Promise<readonly AffectedHours[]>,
): Promise<FaultRow[]> {
  try {
    const struck = await strike();
    const leftOver = await leftOverIn(
      scenario,
      struck.flatMap(({ windows }) => windows),
    );
    const rows: FaultRow[] = [];
    for (const { windows, variation, ...row } of struck) {
      rows.push({ ...row, ...(await auditHours(scenario.pipeline, windows, variation)), leftOver });
    }
    return rows;
  } finally {
    await scenario.close();
  }
}
