import { join } from 'node:path';
import type { ZipMember } from '../export-zip.ts';
import { gunzipMember } from '../gunzip.ts';
import { LineScanner } from '../line-scanner.ts';
import { ThreadHold } from '../thread-hold.ts';
import type { ParquetPart, ParseTask } from '../parsed-hour.ts';
import { eventTable } from './columns.ts';
import { writeParquet } from './duckdb.ts';
import { finishedPart } from './finished-part.ts';
import { RowsFile } from './rows-file.ts';

/** Members in a row whose events become Parquet files, and the number of this group in its hour, from 0. */
export interface ParquetTask {
  readonly hour: ParseTask;
  readonly members: readonly ZipMember[];
  readonly group: number;
  /** When the events were requested, as an ISO time in UTC. */
  readonly extractedAt: string;
}

/** The files of a group, in the order of its lines, and the bytes of its members, unpacked. */
export interface ParquetGroup {
  readonly parts: readonly ParquetPart[];
  readonly events: number;
  readonly unpackedBytes: number;
}

/**
 * Reads the members once more and writes their events as Parquet files, in constant memory. `hold` is that of the thread it
 * runs in.
 * @throws MemberCorrupt, ArchiveLimitsExceeded; ParquetWriterMissing, ParquetNotWritten, DiskFull; the file system's own
 *   error
 */
export async function writeParquetGroup(task: ParquetTask, hold = new ThreadHold()): Promise<ParquetGroup> {
  const writer = new GroupWriter(task, hold);
  try {
    let unpackedBytes = 0;
    for (const member of task.members) unpackedBytes += await writer.add(member);
    return { ...(await writer.finish()), unpackedBytes };
  } finally {
    writer.abandon();
  }
}

class GroupWriter {
  readonly #task: ParquetTask;
  readonly #hold: ThreadHold;
  readonly #parts: ParquetPart[] = [];
  #rows: RowsFile | undefined;

  constructor(task: ParquetTask, hold: ThreadHold) {
    this.#task = task;
    this.#hold = hold;
  }

  /** Adds the events of a member. Returns its bytes, unpacked. */
  async add(member: ZipMember): Promise<number> {
    const { archive, limits, maxLineBytes } = this.#task.hour;
    const scanner = new LineScanner({ maxLineBytes, wanted: ['event'] });
    try {
      const { unpackedBytes } = await gunzipMember(archive, member, limits, {
        unpacked: (chunk) => {
          scanner.push(chunk);
          this.#addFrom(scanner);
        },
        drained: () => this.#writeWhenFull(),
      });
      scanner.end();
      this.#addFrom(scanner);
      return unpackedBytes;
    } finally {
      scanner.close();
    }
  }

  async finish(): Promise<{ parts: readonly ParquetPart[]; events: number }> {
    await this.#write();
    return { parts: this.#parts, events: this.#parts.reduce((sum, { events }) => sum + events, 0) };
  }

  /** Removes what is not written to its end. Never throws. */
  abandon(): void {
    this.#rows?.remove();
  }

  /** Lines that are too long for an event come in pieces. */
  #addFrom(scanner: LineScanner): void {
    for (let found = scanner.next(); found !== undefined; found = scanner.next()) {
      if (found !== 'event') continue;
      this.#rows ??= new RowsFile(this.#pathOf('rows'), eventTable.columns);
      this.#rows.add(scanner);
    }
  }

  async #writeWhenFull(): Promise<void> {
    if (this.#rows?.isFull === true) await this.#write();
  }

  /** Turns the rows so far into a Parquet file. */
  async #write(): Promise<void> {
    const rows = this.#rows;
    if (rows === undefined) return;
    rows.finish();
    const { extractedAt } = this.#task;
    const file = { table: eventTable, rows, path: this.#pathOf('parquet'), extractedAt };
    const temporaryFolder = this.#pathOf('temporary');
    const written = await this.#hold.during((stop) => writeParquet(file, temporaryFolder, stop));
    this.#parts.push(await finishedPart(file, written));
    rows.remove();
    this.#rows = undefined;
  }

  #pathOf(kind: 'rows' | 'parquet' | 'temporary'): string {
    const { hour, group } = this.#task;
    return join(hour.folder, `${kind}-${group}-${this.#parts.length}`);
  }
}
