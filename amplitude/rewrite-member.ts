import { join } from 'node:path';
import type { ZipMember } from './export-zip.ts';
import { gunzipMember } from './gunzip.ts';
import { GzipFile } from './gzip-file.ts';
import { LineScanner } from './line-scanner.ts';
import { partFileName, type ParsedPart, type ParseTask } from './parsed-hour.ts';
import { quoteName } from './quote-member-name.ts';
import { RejectedRecord } from './rejected-record.ts';

/**
 * Reads a member once more and writes two files: its events as plain NDJSON, byte for byte, and one record for each bad
 * line. Blank lines are dropped. Of a member without bad lines there is no second file, of one without events no first.
 * @throws MemberCorrupt, ArchiveLimitsExceeded; the file system's own error
 */
export async function rewriteMember(
  task: ParseTask,
  member: ZipMember,
  index: number,
): Promise<ParsedPart[]> {
  const writer = new SortedLines(task.folder, member.name, index);
  const scanner = new LineScanner({ maxLineBytes: task.maxLineBytes, wanted: ['blank', 'rejected'] });
  try {
    const { unpackedBytes } = await gunzipMember(task.archive, member, task.limits, {
      unpacked: (chunk) => {
        scanner.push(chunk);
        writer.writeFrom(scanner);
      },
      drained: () => writer.drained(),
    });
    scanner.end();
    writer.writeFrom(scanner);
    return await writer.finish(unpackedBytes, scanner);
  } finally {
    scanner.close();
    await writer.abandon();
  }
}

/** Writes the lines of a scanner to two files, each begun with its first line: the events, and records of bad lines. */
class SortedLines {
  readonly #folder: string;
  readonly #member: string;
  readonly #index: number;
  readonly #files = new Map<ParsedPart['format'], GzipFile>();
  #longRecord: RejectedRecord | undefined;
  /** Bytes of all lines so far, each with a newline. */
  #bytes = 0;

  constructor(folder: string, member: string, index: number) {
    this.#folder = folder;
    this.#member = member;
    this.#index = index;
  }

  /** Writes what the scanner has. It stops at blank and at rejected lines, so it passes events only. */
  writeFrom(scanner: LineScanner): void {
    for (;;) {
      const found = scanner.next();
      const events = scanner.passed;
      // The file takes the bytes later, when the scanner may hold others.
      if (events.length > 0) this.#file('events').write(Buffer.from(events));
      this.#bytes += events.length;
      if (found === undefined) return;
      this.#bytes += scanner.bytes.length + (found === 'piece' ? 0 : 1);
      if (found === 'rejected') this.#begin(scanner).add(scanner.bytes).end();
      if (found === 'piece' || found === 'last piece') this.#writePiece(scanner, found === 'last piece');
    }
  }

  async drained(): Promise<void> {
    for (const file of this.#files.values()) await file.drained();
  }

  /**
   * Ends the files. `bytes` is how many the member has.
   * @throws Error when other bytes came out than went in; the file's own error
   */
  async finish(bytes: number, { tally, lacksNewline }: LineScanner): Promise<ParsedPart[]> {
    if (this.#bytes !== bytes + Number(lacksNewline))
      throw new Error(`the lines of ${quoteName(this.#member)} have ${this.#bytes} bytes, not ${bytes}`);
    const parts: ParsedPart[] = [];
    for (const format of ['events', 'rejected'] as const) {
      const file = this.#files.get(format);
      if (file === undefined) continue;
      const place = { format, index: this.#index, file: file.path, start: 0 };
      parts.push({ ...place, events: tally[format], ...(await file.finish()) });
    }
    return parts;
  }

  /** Gives up what is not finished. */
  async abandon(): Promise<void> {
    await Promise.all(Array.from(this.#files.values(), (file) => file.abandon()));
  }

  #writePiece(scanner: LineScanner, last: boolean): void {
    this.#longRecord ??= this.#begin(scanner);
    this.#longRecord.add(scanner.bytes);
    if (!last) return;
    this.#longRecord.end();
    this.#longRecord = undefined;
  }

  #begin({ position, reason }: LineScanner): RejectedRecord {
    return new RejectedRecord(this.#file('rejected'), { member: this.#member, ...position, reason });
  }

  #file(format: ParsedPart['format']): GzipFile {
    const file =
      this.#files.get(format) ?? new GzipFile(join(this.#folder, partFileName(format, this.#index)));
    this.#files.set(format, file);
    return file;
  }
}
