const NUMBER = new Intl.NumberFormat('en');
const UNITS = ['B', 'kB', 'MB', 'GB', 'TB'];

/** A whole number with thousands separators: `12,345`. */
export function count(value: number): string {
  return NUMBER.format(value);
}

/** A number of bytes, with about three digits: `1.2 MB` (1 MB is 1,000 kB). */
export function size(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < UNITS.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${UNITS[unit]}`;
}

/** A duration in the unit that fits: `8 s`, `3 min`, `2 h`. */
export function timeSpan(seconds: number): string {
  if (seconds < 90) return `${Math.ceil(seconds)} s`;
  return seconds < 5400 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3600)} h`;
}

/** A text table: a header, rows, columns as wide as their longest cell; `right` names the right-aligned columns. */
export function table(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  right: readonly string[],
): string {
  const widths = header.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, column) => {
        const width = widths[column] ?? 0;
        return right.includes(header[column] ?? '') ? cell.padStart(width) : cell.padEnd(width);
      })
      .join('  ')
      .trimEnd();
  return [header, ...rows].map((cells) => line(cells)).join('\n');
}
