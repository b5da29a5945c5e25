import { unpackMembers } from './unpack-members.ts';

const NEWLINE = 0x0a;

/**
 * Parses every line of an archive by `JSON.parse` and keeps nothing of it: the plain way to check lines in Node. Returns
 * the number of unpacked bytes.
 * @throws SyntaxError at the first line that is not JSON
 */
export async function parseLines(archive: string): Promise<number> {
  let unpackedBytes = 0;
  for await (const member of unpackMembers(archive)) {
    let rest: Buffer = Buffer.alloc(0);
    for await (const chunk of member) {
      unpackedBytes += chunk.length;
      const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
      let start = 0;
      for (let end = bytes.indexOf(NEWLINE); end !== -1; end = bytes.indexOf(NEWLINE, start)) {
        const line = bytes.toString('utf8', start, end);
        if (line.trim() !== '') JSON.parse(line);
        start = end + 1;
      }
      rest = bytes.subarray(start);
    }
    if (rest.length > 0) throw new SyntaxError('the last line of a member has no newline');
  }
  return unpackedBytes;
}
