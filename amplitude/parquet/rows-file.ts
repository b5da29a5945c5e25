import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import type { LineScanner } from '../line-scanner.ts';
import { EventRow } from './event-row.ts';
import type { ParquetColumn } from './table.ts';

const MiB = 1024 * 1024;
const BUFFER_BYTES = MiB;

/**
 * A file is full with about this many bytes, which are on the disk while DuckDB reads them. DuckDB holds some 2,048 rows in
 * memory at once, so that a file is also full when that many have more bytes than fit.
 */
const FULL = { bytes: 256 * MiB, rowsAtOnce: 2048, bytesAtOnce: 32 * MiB } as const;

/** A file of rows for DuckDB to read, in the form that `cells.ts` describes. */
export class RowsFile {
  readonly path: string;
  rows = 0;
  bytes = 0;
  longestRow = 0;
  /** The most bytes of so many rows as DuckDB takes at once. */
  mostBytesAtOnce = 0;
  readonly #file: number;
  readonly #row: EventRow;
  readonly #buffer = Buffer.allocUnsafe(BUFFER_BYTES);
  #used = 0;
  /** The bytes of the last rows: those after each multiple of `rowsAtOnce`. */
  #bytesAtOnce = 0;
  #isClosed = false;

  /** Begins the file. @throws the file system's own error */
  constructor(path: string, columns: readonly ParquetColumn[]) {
    this.path = path;
    this.#row = new EventRow(columns);
    this.#file = openSync(path, 'w');
  }

  /** True when no row should follow. */
  get isFull(): boolean {
    return this.bytes >= FULL.bytes || this.#bytesAtOnce >= FULL.bytesAtOnce;
  }

  /** For each column, how many rows have a value for it, of any kind. */
  get values(): Float64Array {
    return this.#row.values;
  }

  /** Whether a cell has a `RETURN_SIGN`. */
  get hasReturns(): boolean {
    return this.#row.hasReturns;
  }

  /** Adds the event that the scanner found. @throws the file system's own error */
  add(scanner: LineScanner): void {
    const most = this.#row.mostBytes(scanner);
    if (this.#used + most > BUFFER_BYTES) this.#flush();
    const isLong = most > BUFFER_BYTES;
    const target = isLong ? Buffer.allocUnsafe(most) : this.#buffer;
    const end = this.#row.write(scanner, target, this.#used);
    const length = end - this.#used;
    if (isLong) this.#write(target.subarray(0, end));
    else this.#used = end;
    if (this.rows % FULL.rowsAtOnce === 0) this.#bytesAtOnce = 0;
    this.#bytesAtOnce += length;
    this.mostBytesAtOnce = Math.max(this.mostBytesAtOnce, this.#bytesAtOnce);
    this.rows += 1;
    this.bytes += length;
    this.longestRow = Math.max(this.longestRow, length);
  }

  /** Writes what is left. @throws the file system's own error */
  finish(): void {
    this.#flush();
    this.#close();
  }

  /** Removes the file. Never throws. */
  remove(): void {
    this.#close();
    rmSync(this.path, { force: true });
  }

  #flush(): void {
    this.#write(this.#buffer.subarray(0, this.#used));
    this.#used = 0;
  }

  /** A write may take a part of the bytes only. */
  #write(bytes: Buffer): void {
    for (let from = 0; from < bytes.length;) from += writeSync(this.#file, bytes, from);
  }

  #close(): void {
    if (!this.#isClosed) closeSync(this.#file);
    this.#isClosed = true;
  }
}
