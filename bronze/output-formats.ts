import type { Format } from './keys.ts';

/** The formats that OUTPUTS can ask for. Rejected lines are not among them: they land whenever there are some. */
export const outputFormats = ['raw', 'events'] as const satisfies readonly Format[];

/** One of `outputFormats`. */
export type OutputFormat = (typeof outputFormats)[number];
