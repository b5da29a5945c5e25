import { describe, expect, it } from 'vitest';
import { LinesDigest } from '../../amplitude/digest.ts';
import { EventLines, type LineSums } from '../../amplitude/line-sums.ts';
import { RejectedLines } from '../../amplitude/rejected-lines.ts';
import { RejectedRecord } from '../../amplitude/rejected-record.ts';

const long = 'z'.repeat(100);

function digestOf(lines: readonly (string | Buffer)[]): string {
  const digest = new LinesDigest();
  for (const line of lines) digest.addPiece(Buffer.from(line), true);
  return digest.toString();
}

/** The file's sums, its bytes coming in pieces of a size. */
function sumsOf<S extends LineSums>(sums: S, file: Buffer, pieceBytes: number): S {
  for (let start = 0; start < file.length; start += pieceBytes) {
    sums.push(file.subarray(start, start + pieceBytes));
  }
  sums.end();
  return sums;
}

/** The file that keeps these lines. */
function rejectedFile(lines: readonly (string | Buffer)[]): Buffer {
  const texts: string[] = [];
  for (const [index, line] of lines.entries()) {
    new RejectedRecord(
      { write: (text) => texts.push(text) },
      { member: `a,"base64":"\\é${index}`, line: index + 1, offset: 0, reason: 'invalid JSON' },
    )
      .add(Buffer.from(line))
      .end();
  }
  return Buffer.from(texts.join(''));
}

const SIZES = [1, 2, 3, 5, 7, 16, 64, 1000];

describe('the lines of an event file', () => {
  const file = Buffer.from(`{"a":1}\n${long}\n${' '.repeat(50)}{}\n{}\n`);

  it.each(SIZES)('add up to the same in pieces of %i bytes', (pieceBytes) => {
    const sums = sumsOf(new EventLines(), file, pieceBytes);
    expect(sums.damage).toBeUndefined();
    expect(sums.lines).toBe(4);
    expect(sums.digest.toString()).toBe(digestOf(['{"a":1}', long, `${' '.repeat(50)}{}`, '{}']));
  });

  it.each([
    ['it has 1 blank lines', '{}\n\n'],
    ['it has 3 blank lines', `{}\n\n \t\r\n{}\n${' '.repeat(50)}`],
    ['its last line has no newline', '{}\n{}'],
    [undefined, ''],
  ])('are damaged when they are not plain NDJSON: %s', (damage, text) => {
    for (const pieceBytes of SIZES)
      expect(sumsOf(new EventLines(), Buffer.from(text), pieceBytes).damage).toBe(damage);
  });
});

describe('the lines that a rejected file keeps', () => {
  const kept = ['x', 'no', 'odd', long, Buffer.from([0xff, 0x00, 0x0a, 0x22])];
  const file = rejectedFile(kept);

  it.each(SIZES)('add up to the same in pieces of %i bytes', (pieceBytes) => {
    const sums = sumsOf(new RejectedLines(), file, pieceBytes);
    expect(sums.damage).toBeUndefined();
    expect(sums.lines).toBe(kept.length);
    expect(sums.digest.toString()).toBe(digestOf(kept));
  });

  it.each([1000, 65_536, 999_983])(
    'add up to the same with one that is long, in pieces of %i bytes',
    (pieceBytes) => {
      const lines = ['x', 'y'.repeat(3_000_001), 'z'];
      const sums = sumsOf(new RejectedLines(), rejectedFile(lines), pieceBytes);
      expect(sums).toMatchObject({ damage: undefined, lines: 3 });
      expect(sums.digest.toString()).toBe(digestOf(lines));
    },
  );

  it.each([
    ['does not end as a record', '{"member":"m"}'],
    ['does not end as a record', '{"member":"m","base64":"eA=="'],
    ['does not end as a record', '{"member":"m","base64":"eA=="},'],
    ['does not end as a record', '{"member":"m","base64":"eA'],
    ['keeps something other than base64', '{"member":"m","base64":"eA"}'],
    ['keeps something other than base64', '{"member":"m","base64":"e!=="}'],
    ['is not JSON', '{"member":m,"base64":"eA=="}'],
    ['keeps no line', `{"member":"${'m'.repeat(1024 * 1024)}`],
  ])('are damaged where a record %s', (how, record) => {
    const [whole] = file.toString().split('\n');
    for (const pieceBytes of [7, 64 * 1024]) {
      const sums = sumsOf(new RejectedLines(), Buffer.from(`${whole}\n${record}\n`), pieceBytes);
      expect(sums.damage).toBe(`record 2 ${how}`);
    }
  });
});
