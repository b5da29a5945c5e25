import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LineScanner, type LinePosition } from '../../amplitude/line-scanner.ts';

interface Line extends LinePosition {
  readonly text: string;
  readonly long: boolean;
}

/** Keeps every line, those in pieces put together again. */
class Recorder {
  readonly lines: Line[] = [];
  /** Bytes handed on so far, without newlines. */
  bytes = 0;
  /** Why the lines of pieces are rejected, as it is told before their end. */
  readonly pieceReasons = new Set<string>();
  #pieces = '';

  take(scanner: LineScanner): void {
    for (let found = scanner.next(); found !== undefined; found = scanner.next()) {
      const { bytes, position } = scanner;
      this.bytes += bytes.length;
      const text = this.#pieces + bytes.toString('latin1');
      this.#pieces = found === 'piece' ? text : '';
      if (found === 'piece') this.pieceReasons.add(scanner.reason);
      else this.lines.push({ ...position, text, long: found === 'last piece' });
    }
  }
}

function scannerOf(maxLineBytes: number): LineScanner {
  return new LineScanner({ maxLineBytes, wanted: ['event', 'blank', 'rejected'] });
}

function scan(chunks: readonly Uint8Array[], limit: number): Line[] {
  const recorder = new Recorder();
  const scanner = scannerOf(limit);
  for (const chunk of chunks) {
    scanner.push(chunk);
    recorder.take(scanner);
  }
  scanner.end();
  recorder.take(scanner);
  return recorder.lines;
}

/** The same, as simply as it can be said. */
function split(bytes: Buffer, limit: number): Line[] {
  const texts = bytes.toString('latin1').split('\n');
  if (texts.at(-1) === '') texts.pop();
  let offset = 0;
  return texts.map((text, index) => {
    const line = { line: index + 1, offset, text, long: text.length > limit };
    offset += text.length + 1;
    return line;
  });
}

const chunks = fc.array(
  fc.uint8Array({ maxLength: 30 }).map((bytes) => bytes.map((byte) => (byte < 40 ? 0x0a : byte))),
  { maxLength: 12 },
);
const limits = fc.integer({ min: 1, max: 40 });

describe('the line scanner', () => {
  it('finds the lines and offsets of a naive split, wherever the chunks are cut', () => {
    fc.assert(
      fc.property(chunks, limits, (chunks, limit) => {
        expect(scan(chunks, limit)).toEqual(split(Buffer.concat(chunks), limit));
      }),
      { numRuns: 500 },
    );
  });

  it('finds the same lines when the bytes come one at a time', () => {
    fc.assert(
      fc.property(chunks, limits, (chunks, limit) => {
        const bytes = Buffer.concat(chunks);
        const single = Array.from(bytes, (byte) => Buffer.from([byte]));
        expect(scan(single, limit)).toEqual(scan([bytes], limit));
      }),
    );
  });

  it('never holds back more than the limit', () => {
    fc.assert(
      fc.property(chunks, limits, (chunks, limit) => {
        const recorder = new Recorder();
        const scanner = scannerOf(limit);
        let given = 0;
        for (const chunk of chunks) {
          scanner.push(chunk);
          recorder.take(scanner);
          given += chunk.filter((byte) => byte !== 0x0a).length;
          expect(given - recorder.bytes).toBeLessThanOrEqual(limit);
        }
      }),
    );
  });

  it.each([
    { length: 99, long: false },
    { length: 100, long: false },
    { length: 101, long: true },
  ])('with a limit of 100 takes a line of $length bytes for too long: $long', ({ length, long }) => {
    const text = 'x'.repeat(length);
    for (const cut of [0, 1, 50, 99, length]) {
      const bytes = Buffer.from(`${text}\nnext`);
      expect(scan([bytes.subarray(0, cut), bytes.subarray(cut)], 100)).toEqual([
        { line: 1, offset: 0, text, long },
        { line: 2, offset: length + 1, text: 'next', long: false },
      ]);
    }
  });

  it('takes a last line without newline for a line, and nothing after the last newline for none', () => {
    expect(scan([Buffer.from('a\nb')], 9)).toEqual(scan([Buffer.from('a\nb\n')], 9));
    expect(scan([Buffer.from('\n')], 9)).toEqual([{ line: 1, offset: 0, text: '', long: false }]);
    expect(scan([], 9)).toEqual([]);
  });

  it('ends a long last line that has no newline', () => {
    expect(scan([Buffer.from('0123456789')], 4)).toEqual([
      { line: 1, offset: 0, text: '0123456789', long: true },
    ]);
  });

  it.each([
    ['', 0, false],
    ['\n', 1, false],
    ['{}\n', 0, false],
    ['{}', 0, true],
    ['\n \n{}\n\t\r\n', 3, false],
    ['{}\n ', 1, true],
    ['0123456789\n', 0, false],
    ['0123456789', 0, true],
  ])('tells how many lines are blank and whether the last one lacks a newline: %j', (text, blank, lacks) => {
    for (const cut of [0, 1, 9, text.length]) {
      const scanner = new LineScanner({ maxLineBytes: 4 });
      for (const chunk of [text.slice(0, cut), text.slice(cut)]) {
        scanner.push(Buffer.from(chunk));
        scanner.passAll();
      }
      scanner.end();
      scanner.passAll();
      expect({ blank: scanner.blank, lacks: scanner.lacksNewline }).toEqual({ blank, lacks });
      // The instance is used again: it must not remember.
      scanner.close();
    }
  });

  it('says from the first piece on why a line is rejected', () => {
    const recorder = new Recorder();
    const scanner = scannerOf(4);
    for (const chunk of ['[1]\n{"a":', '12', '34', '5}\n']) {
      scanner.push(Buffer.from(chunk));
      recorder.take(scanner);
    }
    expect([...recorder.pieceReasons]).toEqual(['too long']);
    expect(recorder.lines.map(({ text }) => text)).toEqual(['[1]', '{"a":12345}']);
  });
});
