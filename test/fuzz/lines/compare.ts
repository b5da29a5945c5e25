import { isDeepStrictEqual } from 'node:util';
import { LineScanner } from '../../../amplitude/line-scanner.ts';
import type { LinesTally } from '../../../amplitude/lines-tally.ts';
import { inspectLine } from '../../reference/inspect-line.ts';
import { LineScanner as ReferenceScanner, type LinePosition } from '../../reference/line-scanner.ts';
import { MemberTally } from '../../reference/member-tally.ts';
import { classifyLine } from '../../support/classify-line.ts';
import { WINDOW, type Document } from './document.ts';

/** What a scanner says of a line: its verdict, its number, its offset and its length. */
type Judged = readonly [verdict: string, line: number, offset: number, bytes: number];

interface Scanned {
  readonly lines: readonly Judged[];
  readonly sums: unknown;
}

/**
 * Scans a document with the project's scanner and with the reference, and asks `JSON.parse` about each line. Returns the
 * number of lines.
 * @throws Error that names the first line about which they disagree
 */
export function compare(document: Document): number {
  const found = scan(document);
  const expected = scanByReference(document);
  for (const [index, line] of expected.lines.entries()) {
    if (!isDeepStrictEqual(found.lines[index], line)) {
      throw new Error(`the scanner says ${String(found.lines[index])}, the reference ${String(line)}`);
    }
  }
  if (!isDeepStrictEqual(found, expected)) {
    throw new Error(
      `the sums are ${JSON.stringify(found.sums)}, by the reference ${JSON.stringify(expected.sums)}`,
    );
  }
  compareWithParser(document, found.lines);
  comparePassed(document, found.lines);
  return found.lines.length;
}

function scan({ chunks, maxLineBytes }: Document): Scanned {
  const lines: Judged[] = [];
  const scanner = new LineScanner({ maxLineBytes, window: WINDOW, wanted: ['event', 'blank', 'rejected'] });
  let held = 0;
  const take = (): void => {
    for (let found = scanner.next(); found !== undefined; found = scanner.next()) {
      held += scanner.bytes.length;
      if (found === 'piece') continue;
      const { line, offset } = scanner.position;
      const isRejected = found === 'rejected' || found === 'last piece';
      lines.push([isRejected ? scanner.reason : found, line, offset, held]);
      held = 0;
    }
  };
  for (const chunk of chunks) {
    scanner.push(chunk);
    take();
  }
  scanner.end();
  take();
  const { blank, lacksNewline, tally } = scanner;
  return { lines, sums: { ...sumsOf(tally), blank, lacksNewline } };
}

function scanByReference({ chunks, maxLineBytes }: Document): Scanned {
  const lines: Judged[] = [];
  const tally = new MemberTally(WINDOW);
  let held = 0;
  const scanner = new ReferenceScanner(maxLineBytes, {
    line: (bytes, { line, offset }: LinePosition) => {
      tally.line(bytes);
      const verdict = inspectLine(bytes);
      lines.push([verdict.kind === 'rejected' ? verdict.reason : verdict.kind, line, offset, bytes.length]);
    },
    longLine: (piece, position, last) => {
      tally.longLine(piece, position, last);
      held += piece.length;
      if (!last) return;
      lines.push(['too long', position.line, position.offset, held]);
      held = 0;
    },
  });
  for (const chunk of chunks) scanner.push(chunk);
  scanner.end();
  const { lacksNewline } = scanner;
  return { lines, sums: { ...sumsOf(tally), blank: tally.blank, lacksNewline } };
}

function sumsOf(tally: LinesTally | MemberTally): object {
  const { events, rejected, outsideWindow, firstUploadTime, lastUploadTime, digest } = tally;
  return { events, rejected, outsideWindow, firstUploadTime, lastUploadTime, digest: digest.toString() };
}

function compareWithParser({ chunks, maxLineBytes }: Document, lines: readonly Judged[]): void {
  const bytes = Buffer.concat(chunks);
  for (const [verdict, line, offset, length] of lines) {
    const expected = classifyLine(bytes.subarray(offset, offset + length), maxLineBytes);
    if (verdict !== expected) throw new Error(`line ${line}: ${verdict}, but by JSON.parse ${expected}`);
  }
}

/** A scanner that wants no events passes just their bytes, as a member with rejected lines is written. */
function comparePassed({ chunks, maxLineBytes }: Document, lines: readonly Judged[]): void {
  const scanner = new LineScanner({ maxLineBytes, window: WINDOW, wanted: ['blank', 'rejected'] });
  const passed: Buffer[] = [];
  const take = (): void => {
    for (let found: string | undefined = ''; found !== undefined;) {
      found = scanner.next();
      passed.push(Buffer.from(scanner.passed));
    }
  };
  for (const chunk of chunks) {
    scanner.push(chunk);
    take();
  }
  scanner.end();
  take();
  scanner.close();
  const bytes = Buffer.concat(chunks);
  const events = lines
    .filter(([verdict]) => verdict === 'event')
    .flatMap(([, , offset, length]) => [bytes.subarray(offset, offset + length), Buffer.from('\n')]);
  if (!Buffer.concat(passed).equals(Buffer.concat(events)))
    throw new Error('the passed bytes are not the events');
}
