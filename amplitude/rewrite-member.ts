import { join } from 'node:path';
import type { Checksums } from '../core/checksum.ts';
import type { ZipMember } from './export-zip.ts';
import { gunzipMember } from './gunzip.ts';
import { GzipFile } from './gzip-file.ts';
import { inspectLine, type RejectReason } from './inspect-line.ts';
import { LineScanner, type LinePosition, type LineSink } from './line-scanner.ts';
import { partFileName, type ParsedPart, type ParseTask } from './parsed-hour.ts';
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
  const sink = new SortingSink(
    member.name,
    new GzipFile(join(task.folder, partFileName('events', index))),
    new GzipFile(join(task.folder, partFileName('rejected', index))),
  );
  const scanner = new LineScanner(task.maxLineBytes, sink);
  await gunzipMember(task.archive, member, task.limits, {
    packed: () => undefined,
    unpacked: (chunk) => {
      scanner.push(chunk);
      return sink.drained();
    },
  });
  scanner.end();
  const { events, rejected } = await sink.finish();
  const parts: ParsedPart[] = [{ format: 'rejected', index, start: 0, ...rejected }];
  if (events.events > 0) parts.unshift({ format: 'events', index, start: 0, ...events });
  return parts;
}

type Written = Checksums & { file: string; events: number };

class SortingSink implements LineSink {
  readonly #member: string;
  readonly #eventFile: GzipFile;
  readonly #rejectedFile: GzipFile;
  #events = 0;
  #rejected = 0;
  #longRecord: RejectedRecord | undefined;

  constructor(member: string, eventFile: GzipFile, rejectedFile: GzipFile) {
    this.#member = member;
    this.#eventFile = eventFile;
    this.#rejectedFile = rejectedFile;
  }

  line(bytes: Buffer, position: LinePosition): void {
    const verdict = inspectLine(bytes);
    if (verdict.kind === 'event') {
      this.#eventFile.write(bytes);
      this.#eventFile.write('\n');
      this.#events += 1;
    } else if (verdict.kind === 'rejected') {
      this.#begin(position, verdict.reason).add(bytes).end();
    }
  }

  longLine(piece: Buffer, position: LinePosition, last: boolean): void {
    this.#longRecord ??= this.#begin(position, 'too long');
    this.#longRecord.add(piece);
    if (last) {
      this.#longRecord.end();
      this.#longRecord = undefined;
    }
  }

  async drained(): Promise<void> {
    await this.#eventFile.drained();
    await this.#rejectedFile.drained();
  }

  async finish(): Promise<{ events: Written; rejected: Written }> {
    const events = { ...(await this.#eventFile.finish()), file: this.#eventFile.path, events: this.#events };
    const rejected = {
      ...(await this.#rejectedFile.finish()),
      file: this.#rejectedFile.path,
      events: this.#rejected,
    };
    return { events, rejected };
  }

  #begin(position: LinePosition, reason: RejectReason): RejectedRecord {
    this.#rejected += 1;
    return new RejectedRecord(this.#rejectedFile, { member: this.#member, ...position, reason });
  }
}
