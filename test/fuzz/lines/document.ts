import { parseHourWindow } from '../../../core/hour-window.ts';
import { sampleLines } from '../../../local/sample-api/events.ts';
import { hashText, Random, type Choices } from '../../../local/sample-api/random.ts';
import { randomText } from '../random-text.ts';

/** The hour that the lines are expected in. */
export const WINDOW = parseHourWindow('2026-01-01T05');

/** The lines of one round, in chunks, and the limit for a line. */
export interface Document {
  readonly chunks: readonly Buffer[];
  readonly maxLineBytes: number;
}

const LINES = 2000;
const realLines = [...sampleLines({ seed: 'lines', projectId: 7 }, WINDOW, { first: 0, count: 300 })];
/** Lines with some of the fields of a real one: a round has many more of them. */
const shortLines = Array.from({ length: 3000 }, (_, index) => {
  const random = new Random(index);
  const event = JSON.parse(String(realLines[index % realLines.length])) as Record<string, unknown>;
  const share = 4 + random.below(12);
  return JSON.stringify(Object.fromEntries(Object.entries(event).filter(() => random.below(share) === 0)));
});
const [wholes, shorts] = [realLines, shortLines].map((lines) => lines.map((line) => Buffer.from(line)));

/** Texts that change what a line is when they are put into it. */
const TEXTS =
  String.raw`" \ \" \u \u00e9 \uD800 { } [ ] , : {} [] "" - 0 1 . e E+ 1e9 -0 01 true fals null nul`
    .split(' ')
    .concat('"a":1,', '"a":{"b":[', ']}', '{"a":'.repeat(5), '['.repeat(33), ']'.repeat(33))
    .concat(',"server_upload_time":"2026-01-01 06:00:00"', ',"server_upload_time":null')
    .concat(
      ',"server\\u005fupload_time":"2026-01-01 04:00:00.5"',
      ',"server_upload_time":"2026-01-01 05:00\\u003a01"',
    )
    .concat(' /\t/\r/\n/\0/\x1f/\x7f/\u0080/é/€/😀/\ufeff'.split('/'));
const BYTES: Choices<readonly number[]> = [
  [0xff],
  [0xc0, 0xaf],
  [0xc3],
  [0xa9],
  [0xe2, 0x82],
  [0xe0, 0x80, 0x80],
  [0xed, 0xa0, 0x80],
  [0xf0, 0x8f, 0xbf, 0xbf],
  [0xf4, 0x90, 0x80, 0x80],
  [0xf5, 0x80, 0x80, 0x80],
];

/** The document of a round. It depends on the seed and the round only. */
export function documentOf(seed: number, round: number): Document {
  const random = new Random(hashText(`lines ${seed} ${round}`));
  const pieces: Buffer[] = [];
  for (let line = 0; line < LINES; line += 1) {
    pieces.push(random.below(8) === 0 ? randomText(random) : mutatedLine(random), Buffer.from('\n'));
  }
  if (random.below(2) === 0) pieces.pop();
  const bytes = Buffer.concat(pieces);
  return { chunks: cut(bytes, random), maxLineBytes: random.pick([64 * 1024, 64 * 1024, 1500, 700, 40]) };
}

/** A real line with up to four changes: a text or bytes put in or put over others, bytes taken out, a bit inverted. */
function mutatedLine(random: Random): Buffer {
  const lines = (random.below(20) === 0 ? wholes : shorts) ?? [];
  let line: Buffer = lines[random.below(lines.length)] ?? Buffer.alloc(0);
  for (let changes = random.below(5); changes > 0; changes -= 1) line = mutated(line, random);
  return line;
}

function mutated(line: Buffer, random: Random): Buffer {
  const at = random.below(line.length + 1);
  const put =
    random.below(4) === 0
      ? Buffer.from(random.pick(BYTES))
      : Buffer.from(TEXTS[random.below(TEXTS.length)] ?? '');
  switch (random.below(6)) {
    case 0:
      return Buffer.concat([line.subarray(0, at), put, line.subarray(at + put.length)]);
    case 1:
      return Buffer.concat([line.subarray(0, at), line.subarray(at + random.below(20))]);
    case 2: {
      const changed = Buffer.from(line);
      if (at < line.length) changed.writeUInt8(changed.readUInt8(at) ^ (1 << random.below(8)), at);
      return changed;
    }
    case 3:
      return line.subarray(0, random.below(4) === 0 ? at : line.length);
    default:
      return Buffer.concat([line.subarray(0, at), put, line.subarray(at)]);
  }
}

/** Cuts bytes into chunks: few large ones, or many small ones. */
function cut(bytes: Buffer, random: Random): Buffer[] {
  const most = random.pick([bytes.length, 64 * 1024, 5000, 5000, 300, 40]);
  const chunks: Buffer[] = [];
  for (let start = 0; start < bytes.length;) {
    const end = start + 1 + random.below(most);
    chunks.push(bytes.subarray(start, end));
    start = end;
  }
  return chunks;
}
