/**
 * Which hours of an interval to export: `missing`, without a manifest; `rejected`, landed with rejected lines; or
 * `all`. Hours whose lines are unchanged are not landed again.
 */
export type HourSelection = (typeof hourSelections)[number];

/** Every `HourSelection`. */
export const hourSelections = ['missing', 'rejected', 'all'] as const;
