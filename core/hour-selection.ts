/**
 * Which hours of an interval to export: `missing`, without a manifest; `rejected`, landed with rejected lines;
 * `outputs`, landed without an output that OUTPUTS asks for; or `all`. Hours whose lines are unchanged and which lack no
 * output are not landed again.
 */
export type HourSelection = (typeof hourSelections)[number];

/** Every `HourSelection`. */
export const hourSelections = ['missing', 'rejected', 'outputs', 'all'] as const;

/** The hours of each selection, in words. */
export const hoursSelected: Readonly<Record<HourSelection, string>> = {
  missing: 'missing hours',
  rejected: 'hours with rejected lines',
  outputs: 'hours that lack an output',
  all: 'all hours',
};
