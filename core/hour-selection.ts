/**
 * Which hours of an interval are to be exported: `missing` ones, which have no manifest; those that landed with
 * `rejected` lines; or `all`, of which the ones with unchanged lines stay as they are.
 */
export type HourSelection = (typeof hourSelections)[number];

/** Every `HourSelection`. */
export const hourSelections = ['missing', 'rejected', 'all'] as const;
