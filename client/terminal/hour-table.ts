import type { Manifest } from '../../bronze/manifest.ts';
import type { HourWindow } from '../../core/hour-window.ts';
import { count, size, table } from './format.ts';

/** One hour of a run, as the table shows it; sizes in bytes. */
export interface HourRow {
  readonly window: HourWindow;
  readonly status: Manifest['status'] | 'missing';
  readonly events: number;
  readonly rejected: number;
  /** Null when the manifest is of an older version, which did not count. */
  readonly outsideWindow: number | null;
  readonly bytes: number;
  readonly files: number;
}

/** The rows for hours, from their manifests; an hour without one is `missing`. */
export function hourRows(
  windows: readonly HourWindow[],
  ledger: ReadonlyMap<HourWindow, Manifest>,
): HourRow[] {
  return windows.map((window) => {
    const manifest = ledger.get(window);
    if (manifest === undefined)
      return { window, status: 'missing', events: 0, rejected: 0, outsideWindow: 0, bytes: 0, files: 0 };
    const { status, events, rejected, outsideWindow = null, outputs } = manifest;
    const bytes = outputs.reduce((sum, output) => sum + output.bytes, 0);
    return { window, status, events, rejected, outsideWindow, bytes, files: outputs.length };
  });
}

/** The rows as a table for people, with a line of sums. */
export function hourTable(rows: readonly HourRow[]): string {
  const sum = (of: (row: HourRow) => number): number => rows.reduce((total, row) => total + of(row), 0);
  const cells = rows.map(({ window, status, events, rejected, bytes, files }) => [
    window,
    status,
    count(events),
    count(rejected),
    size(bytes),
    count(files),
  ]);
  const landed = `${count(sum(({ status }) => (status === 'missing' ? 0 : 1)))} landed`;
  cells.push([
    `${count(rows.length)} hours`,
    landed,
    count(sum(({ events }) => events)),
    count(sum(({ rejected }) => rejected)),
    size(sum(({ bytes }) => bytes)),
    count(sum(({ files }) => files)),
  ]);
  const header = ['hour', 'status', 'events', 'rejected', 'bytes', 'files'];
  return table(header, cells, ['events', 'rejected', 'bytes', 'files']);
}
