import { join } from 'node:path';
import type { Checksums } from '../core/checksum.ts';
import type { ZipMember } from './export-zip.ts';
import { gunzipMember } from './gunzip.ts';
import { GzipFile } from './gzip-file.ts';
import { LineScanner } from './line-scanner.ts';
import { partFileName, type ParsedPart, type ParseTask } from './parsed-hour.ts';
import { quoteName } from './quote-member-name.ts';
import { RejectedRecord } from './rejected-record.ts';

/**
 * Reads a member that has bad lines once more and writes two files: its events, byte for byte, and one record for
 * each bad line. A member of bad lines only gives no event file.
 */
export async function rewriteMember(
  task: ParseTask,
  member: ZipMember,
  index: number,
): Promise<ParsedPart[]> {
  const writer = new SortedLines(
    member.name,
    new GzipFile(join(task.folder, partFileName('events', index))),
    new GzipFile(join(task.folder, partFileName('rejected', index))),
  );
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
    const { events, rejected } = scanner.tally;
    const written = await writer.finish(unpackedBytes);
    const parts: ParsedPart[] = [
      { format: 'rejected', index, start: 0, events: rejected, ...written.rejected },
    ];
    if (events > 0) parts.unshift({ format: 'events', index, start: 0, events, ...written.events });
    return parts;
  } finally {
    scanner.close();
    await writer.abandon();
  }
}

type Written = Checksums & { file: string };

/** Writes the lines of a scanner to two files: the events, and records of the rejected lines. */
class SortedLines {
  readonly #member: string;
  readonly #eventFile: GzipFile;
  readonly #rejectedFile: GzipFile;
  #longRecord: RejectedRecord | undefined;
  /** Bytes of all lines so far, each with a newline. */
  #bytes = 0;

  constructor(member: string, eventFile: GzipFile, rejectedFile: GzipFile) {
    this.#member = member;
    this.#eventFile = eventFile;
    this.#rejectedFile = rejectedFile;
  }

  /** Writes what the scanner has. It stops at blank and at rejected lines, so it passes events only. */
  writeFrom(scanner: LineScanner): void {
    for (;;) {
      const found = scanner.next();
      // The files take the bytes later, when the scanner may hold others.
      const events = Buffer.from(scanner.passed);
      if (events.length > 0) this.#eventFile.write(events);
      this.#bytes += events.length;
      if (found === undefined) return;
      this.#bytes += scanner.bytes.length + (found === 'piece' ? 0 : 1);
      if (found === 'rejected') this.#begin(scanner).add(scanner.bytes).end();
      if (found === 'piece' || found === 'last piece') this.#writePiece(scanner, found === 'last piece');
    }
  }

  async drained(): Promise<void> {
    await this.#eventFile.drained();
    await this.#rejectedFile.drained();
  }

  /**
   * Ends both files. `bytes` is how many the member has, whose last line may have no newline.
   * @throws Error when other bytes came out than went in; the file's own error
   */
  async finish(bytes: number): Promise<{ events: Written; rejected: Written }> {
    if (this.#bytes !== bytes && this.#bytes !== bytes + 1)
      throw new Error(`the lines of ${quoteName(this.#member)} have ${this.#bytes} bytes, not ${bytes}`);
    const events = { ...(await this.#eventFile.finish()), file: this.#eventFile.path };
    const rejected = { ...(await this.#rejectedFile.finish()), file: this.#rejectedFile.path };
    return { events, rejected };
  }

  /** Gives up what is not finished. */
  async abandon(): Promise<void> {
    await Promise.all([this.#eventFile.abandon(), this.#rejectedFile.abandon()]);
  }

  #writePiece(scanner: LineScanner, last: boolean): void {
    this.#longRecord ??= this.#begin(scanner);
    this.#longRecord.add(scanner.bytes);
    if (!last) return;
    this.#longRecord.end();
    this.#longRecord = undefined;
  }

  #begin({ position, reason }: LineScanner): RejectedRecord {
    return new RejectedRecord(this.#rejectedFile, { member: this.#member, ...position, reason });
  }
}
