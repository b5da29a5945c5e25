import { join } from 'node:path';
import type { Checksums } from '../../core/checksum.ts';
import { GzipFile } from '../gzip-file.ts';
import { LineScanner } from '../line-scanner.ts';
import type { ParquetPart } from '../parsed-hour.ts';
import { writeParquet } from '../parquet/duckdb.ts';
import { finishedPart } from '../parquet/finished-part.ts';
import { RowsFile } from '../parquet/rows-file.ts';
import { eventsListTable } from './columns.ts';

/** Writes lines to a gzip file in a folder. @throws the file system's own error */
export async function writeLines(
  folder: string,
  lines: Buffer,
): Promise<Checksums & { readonly file: string }> {
  const gzip = new GzipFile(join(folder, 'events-list.json.gz'));
  try {
    gzip.write(lines);
    return { file: gzip.path, ...(await gzip.finish()) };
  } catch (error) {
    await gzip.abandon();
    throw error;
  }
}

/**
 * Writes the rows of lines, of which each is an event type and there is one at least, to a Parquet file in a folder.
 * @throws ParquetWriterMissing, ParquetNotWritten, DiskFull; the file system's own error
 */
export async function writeRows(
  folder: string,
  lines: Buffer,
  extractedAt: string,
  stop: AbortSignal,
): Promise<ParquetPart> {
  const rows = new RowsFile(join(folder, 'events-list.rows'), eventsListTable.columns);
  try {
    addLines(rows, lines);
    rows.finish();
    const path = join(folder, 'events-list.parquet');
    const file = { table: eventsListTable, rows, path, extractedAt };
    return await finishedPart(file, await writeParquet(file, join(folder, 'temporary'), stop));
  } finally {
    rows.remove();
  }
}

function addLines(rows: RowsFile, lines: Buffer): void {
  const scanner = new LineScanner({ maxLineBytes: lines.length, wanted: ['event'] });
  try {
    scanner.push(lines);
    while (scanner.next() === 'event') rows.add(scanner);
  } finally {
    scanner.close();
  }
}
