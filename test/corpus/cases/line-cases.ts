import { zipOf } from '../../support/archives.ts';
import { event, type CorpusCase } from '../corpus-case.ts';
import { storedGzip } from '../packing.ts';

/** An archive of one member, whose text is these pieces one after the other. */
function text(name: string, ...pieces: readonly (string | readonly number[])[]): CorpusCase {
  const bytes = Buffer.concat(pieces.map((piece) => Buffer.from(piece as string)));
  return { name: `lands-${name}`, bytes: zipOf([{ bytes: storedGzip(bytes) }]) };
}

/** An event of `bytes` bytes. */
function eventOf(bytes: number): string {
  return `{"a":"${'x'.repeat(bytes - 8)}"}`;
}

function nested(depth: number): string {
  return `{"a":${'['.repeat(depth)}${']'.repeat(depth)}}`;
}

/** Lines: which are events, and which are rejected. */
export const lineCases: readonly CorpusCase[] = [
  text('2-events--no-newline-at-the-end', `${event(1)}\n${event(2)}`),
  text('1-event-1-rejected--bad-line-without-newline-at-the-end', `${event(1)}\n{"a":`),
  text('2-events--carriage-returns', `${event(1)}\r\n${event(2)}\r\n`),
  text('1-event--blank-lines', `\n\r\n \t\n${event(1)}\n\n   \n\n`),
  text('0-events--only-blank-lines', '\n\n \r\n\t'),
  text('1-event-3-rejected--form-feed-and-other-spaces', `\f\n\v\n${event(1)}\n\u00a0\n`),
  text('2-events--spaces-and-number-spellings-kept', '{ "a":\t1.0 }\n {"b":1e3,"c":-0}\n'),

  text('2-events--one-byte-below-the-line-limit--maxLineBytes-100', `${event(1)}\n${eventOf(99)}\n`),
  text('2-events--at-the-line-limit--maxLineBytes-100', `${event(1)}\n${eventOf(100)}\n`),
  text(
    '1-event-1-rejected--one-byte-over-the-line-limit--maxLineBytes-100',
    `${event(1)}\n${eventOf(101)}\n`,
  ),
  text(
    '1-event-1-rejected--carriage-return-over-the-line-limit--maxLineBytes-100',
    `${event(1)}\n${eventOf(100)}\r\n`,
  ),
  text(
    '1-event-1-rejected--long-last-line-without-newline--maxLineBytes-100',
    `${event(1)}\n${eventOf(9000)}`,
  ),
  text(
    '1-event-1-rejected--blank-line-over-the-line-limit--maxLineBytes-100',
    `${' '.repeat(101)}\n${event(1)}\n`,
  ),

  text('1-event-1-rejected--byte-order-mark', `\ufeff${event(1)}\n${event(2)}\n`),
  text('0-events-2-rejected--utf-16', Array.from(Buffer.from(`${event(1)}\n`, 'utf16le'))),
  text('1-event-1-rejected--invalid-utf8', '{"a":"', [0xff, 0xfe], `"}\n${event(2)}\n`),
  text('1-event-1-rejected--iso-8859-1', '{"a":"M', [0xfc], `ller"}\n${event(2)}\n`),
  text('1-event-1-rejected--overlong-utf8', '{"a":"', [0xc0, 0xaf], `"}\n${event(2)}\n`),
  text('1-event-1-rejected--character-cut-by-a-newline', '{"a":"', [0xe2, 0x82], `\n${event(2)}\n`),
  text('0-events-1-rejected--character-cut-by-the-end', '{"a":"', [0xe2, 0x82]),
  text('3-events--lone-surrogates-escaped', '{"a":"\\ud800"}\n{"a":"\\udfff"}\n{"a":"\\udc00\\ud800"}\n'),
  text('0-events-1-rejected--lone-surrogate-in-raw-bytes', '{"a":"', [0xed, 0xa0, 0x80], '"}\n'),
  text(
    '0-events-1-rejected--surrogate-pair-in-raw-bytes',
    '{"a":"',
    [0xed, 0xa0, 0xbd, 0xed, 0xb8, 0x80],
    '"}\n',
  ),
  text('1-event--four-byte-characters-and-line-separators', '{"\u{1f600}":"\u2028\u2029\u0085"}\n'),

  text('1-event-2-rejected--nul-bytes', `{"a":"\0"}\n\0\n{"a":"\\u0000"}\n`),
  text('1-event-1-rejected--raw-tab-in-a-string', `{"a":"\t"}\n{"a":"\\t"}\n`),
  text('1-event--nested-5000-deep', `${nested(5000)}\n`),
  text('0-events-1-rejected--nested-5000-deep-and-never-closed', `{"a":${'['.repeat(5000)}\n`),
  text('2-events--duplicate-keys', '{"a":1,"a":2}\n{"uuid":"1","uuid":"2","a":{"b":1,"b":null}}\n'),
  text('1-event--odd-keys', '{"":0,"__proto__":{"a":1},"constructor":null,"toString":1}\n'),
  text('3-events--numbers-beyond-2-to-the-53', '{"a":9007199254740993}\n{"a":1e999}\n{"a":-0.1e-999}\n'),
  text(
    '1-event-4-rejected--numbers-that-are-not-json',
    `{"a":NaN}\n{"a":01}\n{"a":.5}\n{"a":+1}\n${event(1)}\n`,
  ),
  text('1-event-6-rejected--json-but-no-objects', `[${event(1)}]\n42\n"a"\ntrue\nnull\n[]\n${event(2)}\n`),
  text(
    '1-event-5-rejected--invalid-json',
    `${event(1)}${event(2)}\n{"a":1,}\n{'a':1}\n{a:1}\n//\n${event(3)}\n`,
  ),
  text('0-events-2-rejected--proxy-error', 'upstream connect error\n<html></html>\n'),
];
