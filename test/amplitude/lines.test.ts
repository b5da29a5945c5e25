import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LinesDigest } from '../../amplitude/digest.ts';
import { LineScanner, type LinePosition } from '../../amplitude/line-scanner.ts';
import { arbitraryLine } from '../support/arbitrary-line.ts';
import { classifyLine } from '../support/classify-line.ts';

interface Judged extends LinePosition {
  readonly text: string;
  readonly verdict: string;
}

/** Scans a document and keeps each line with its verdict, those in pieces put together again. */
function scan(document: Buffer, cuts: readonly number[], limit: number): Judged[] {
  const lines: Judged[] = [];
  let pieces = '';
  const scanner = new LineScanner({ maxLineBytes: limit, wanted: ['event', 'blank', 'rejected'] });
  const take = (): void => {
    for (let found = scanner.next(); found !== undefined; found = scanner.next()) {
      const text = pieces + scanner.bytes.toString('latin1');
      pieces = found === 'piece' ? text : '';
      const verdict = found === 'rejected' || found === 'last piece' ? scanner.reason : found;
      if (found !== 'piece') lines.push({ ...scanner.position, text, verdict });
    }
  };
  for (const chunk of cut(document, cuts)) {
    scanner.push(chunk);
    take();
  }
  scanner.end();
  take();
  return lines;
}

/** The same by other means: all at once, a strict decoder, the JSON parser. */
function expectedLines(document: Buffer, limit: number): Judged[] {
  const texts = document.toString('latin1').split('\n');
  if (texts.at(-1) === '') texts.pop();
  let offset = 0;
  return texts.map((text, index) => {
    const verdict = classifyLine(Buffer.from(text, 'latin1'), limit);
    const line = { line: index + 1, offset, text, verdict };
    offset += text.length + 1;
    return line;
  });
}

/** The document in pieces, cut anywhere. */
function cut(document: Buffer, cuts: readonly number[]): Buffer[] {
  const places = cuts.map((place) => place % (document.length + 1)).sort((a, b) => a - b);
  return [...places, document.length].map((end, index) => document.subarray(places[index - 1] ?? 0, end));
}

const document = fc
  .tuple(fc.array(arbitraryLine, { maxLength: 6 }), fc.constantFrom('\n', '\r\n'), fc.boolean())
  .map(([lines, newline, ended]) => {
    const pieces = lines.flatMap((bytes) => [bytes, Buffer.from(newline)]);
    return Buffer.concat(ended ? pieces : pieces.slice(0, -1));
  });
const cuts = fc.array(fc.nat(), { maxLength: 8 });
const limit = fc.oneof(fc.integer({ min: 0, max: 60 }), fc.constant(1000));

describe('the lines of a member', () => {
  it('are events exactly when they are valid UTF-8, JSON objects and not too long, wherever the bytes are cut', () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(document, cuts, limit, (document, cuts, limit) => {
        const lines = scan(document, cuts, limit);
        expect(lines).toEqual(expectedLines(document, limit));
        for (const { verdict } of lines) seen.add(verdict);
      }),
      { numRuns: 5000 },
    );
    // A generator that never made one of them would prove nothing about it.
    expect([...seen].sort()).toEqual(
      ['blank', 'event', 'invalid JSON', 'invalid UTF-8', 'not a JSON object', 'too long'].sort(),
    );
  });

  it('are counted and digested as they are judged, blank ones and a missing last newline too', () => {
    fc.assert(
      fc.property(document, cuts, limit, (document, cuts, limit) => {
        const scanner = new LineScanner({ maxLineBytes: limit });
        for (const chunk of cut(document, cuts)) {
          scanner.push(chunk);
          scanner.passAll();
        }
        scanner.end();
        scanner.passAll();
        const { tally } = scanner;
        const all = expectedLines(document, limit);
        const lines = all.filter(({ verdict }) => verdict !== 'blank');
        const events = lines.filter(({ verdict }) => verdict === 'event').length;
        const digest = new LinesDigest();
        for (const { text } of lines) digest.addPiece(Buffer.from(text, 'latin1'), true);
        expect(tally).toMatchObject({ events, rejected: lines.length - events });
        expect(tally.digest.toString()).toBe(digest.toString());
        const lacksNewline = document.length > 0 && document.at(-1) !== 0x0a;
        expect([scanner.blank, scanner.lacksNewline]).toEqual([all.length - lines.length, lacksNewline]);
      }),
      { numRuns: 2000 },
    );
  });
});
