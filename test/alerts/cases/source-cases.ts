import { parseHourWindow, type HourWindow } from '../../../core/hour-window.ts';
import { hoursOf, type Interval } from '../../../core/interval.ts';
import type { AlertCase } from '../alert-case.ts';

// Hours that are older than those which the alerts on the ledger look at.
const REFUSED = parseHourWindow('2026-01-11T00');
const WITH_BAD_LINES = parseHourWindow('2026-01-12T05');
/** All but the hour of a sample day that has bad lines, which would be an alert of its own. */
const UNAVAILABLE: Interval = {
  start: parseHourWindow('2026-01-09T18'),
  end: parseHourWindow('2026-01-10T16'),
};

/** Faults of the source. */
export const sourceCases: readonly AlertCase[] = [
  {
    alert: 'AmplitudeExportHoursFailed',
    fault: 'the source answers an hour with 401',
    cause: async ({ addFaults, startRun }) => {
      const end = addFaults([`${REFUSED}=401`]);
      await startRun(only(REFUSED));
      return end;
    },
  },
  {
    alert: 'AmplitudeExportLinesRejected',
    fault: 'the source sends an hour with bad lines',
    cause: async ({ addFaults, startRun }) => {
      const end = addFaults([`${WITH_BAD_LINES}=bad-lines`]);
      await startRun(only(WITH_BAD_LINES));
      return end;
    },
  },
  {
    alert: 'AmplitudeExportRetriesWithoutEnd',
    fault: 'the source answers 23 hours with 500',
    cause: async ({ addFaults, startRun }) => {
      const end = addFaults(hoursOf(UNAVAILABLE).map((hour) => `${hour}=500`));
      await startRun(UNAVAILABLE);
      return end;
    },
  },
];

function only(hour: HourWindow): Interval {
  return { start: hour, end: hour };
}
