import type { Format } from './keys.ts';
import type { Manifest } from './manifest.ts';

/** The formats that OUTPUTS can ask for. Rejected lines are not among them: they land whenever there are some. */
export const outputFormats = ['raw', 'events', 'parquet'] as const satisfies readonly Format[];

/** One of `outputFormats`. */
export type OutputFormat = (typeof outputFormats)[number];

/**
 * True when a landed hour lacks one of the wanted outputs. An hour without lines lacks nothing, and an hour whose lines
 * were all rejected has no events to land.
 */
export function lacksOutput(
  { status, events, outputs }: Pick<Manifest, 'status' | 'events' | 'outputs'>,
  wanted: readonly OutputFormat[],
): boolean {
  const isMade = (format: OutputFormat): boolean => (format === 'raw' ? status !== 'empty' : events > 0);
  const landed = new Set<Format>(outputs.map(({ format }) => format));
  return wanted.some((format) => isMade(format) && !landed.has(format));
}
