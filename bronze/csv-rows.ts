import { StringDecoder } from 'node:string_decoder';

/** A longer line is not read: it is no row that operation-log.ts has written. */
const MAX_LINE_CHARACTERS = 256 * 1024;

/**
 * Reads a CSV file row by row, in constant memory; each row is a list of cells. A row is one line, since the cells of an
 * operation log have no line breaks; an empty line is none. Yields `undefined` where a line is too long, and ends there.
 * Source: RFC 4180.
 */
export async function* csvRows(
  chunks: AsyncIterable<Buffer>,
): AsyncGenerator<string[] | undefined, void, undefined> {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  for await (const chunk of chunks) {
    const lines = (rest + decoder.write(chunk)).split('\n');
    rest = lines.pop() ?? '';
    for (const line of [...lines, rest]) {
      if (line.length <= MAX_LINE_CHARACTERS) continue;
      yield undefined;
      return;
    }
    for (const line of lines) if (line !== '') yield cellsOf(line);
  }
  rest += decoder.end();
  if (rest !== '') yield cellsOf(rest);
}

const CELL = /,(?:"((?:[^"]|"")*)"|([^,]*))/gy;

function cellsOf(line: string): string[] {
  return [...`,${line.replace(/\r$/, '')}`.matchAll(CELL)].map(([, quoted, plain]) =>
    quoted === undefined ? (plain ?? '') : quoted.replaceAll('""', '"'),
  );
}
