import { zipOf, type MemberSpec } from '../../support/archives.ts';
import { CULPRIT, event, type CorpusCase } from '../corpus-case.ts';
import { storedDeflate, storedGzip } from '../packing.ts';

/** The file type in a Unix archive. Source: APPNOTE.TXT 4.4.15, stat(2). */
const SYMBOLIC_LINK = 0o120777 * 0x10000;

const first = storedGzip(`${event(1)}\n`);
const second = storedGzip(`${event(2)}\n`);
const unended = storedGzip(`${event(1)}\n${event(2)}`);

function lands(name: string, ...members: readonly MemberSpec[]): CorpusCase {
  return { name, bytes: zipOf(members) };
}

/** An archive of an honest member and a corrupt one. */
function corrupt(name: string, says: RegExp, bytes: Uint8Array, more: Partial<MemberSpec> = {}): CorpusCase {
  const members = [{ bytes: first }, { name: CULPRIT, bytes, ...more }];
  return { name: `refused-MemberCorrupt--${name}`, bytes: zipOf(members), says };
}

/** The gzip stream with one changed byte, at a position from its end. */
function changed(fromEnd: number): Buffer {
  const bytes = Buffer.from(second);
  const at = bytes.length - fromEnd;
  return bytes.fill(bytes.readUInt8(at) ^ 1, at, at + 1);
}

/** Members: the gzip format, and the names of members. */
export const memberCases: readonly CorpusCase[] = [
  lands('lands-3-events--several-gzip-streams', {
    bytes: Buffer.concat([first, storedGzip(''), second, storedGzip(event(3))]),
  }),
  lands('lands-1-event--line-across-gzip-streams', {
    bytes: Buffer.concat([storedGzip('{"a"'), storedGzip(':'), storedGzip('1}\n')]),
  }),
  lands('lands-2-events--blank-line-across-gzip-streams', {
    bytes: Buffer.concat([storedGzip(`${event(1)}\n `), storedGzip(`\t\n`), second]),
  }),
  lands('lands-2-events--deflated-and-no-newline-at-the-end', {
    bytes: unended,
    packed: storedDeflate(unended),
    claims: { method: 8 },
  }),
  lands('lands-0-events--gzip-of-no-bytes', { bytes: storedGzip('') }),

  corrupt('wrong-gzip-crc', /incorrect data check/, changed(8)),
  corrupt('wrong-gzip-size', /incorrect length check/, changed(4)),
  corrupt('gzip-cut-short', /unexpected end of file/, second.subarray(0, -1)),
  corrupt('second-gzip-stream-cut-short', /unexpected end/, Buffer.concat([first, second.subarray(0, 12)])),
  corrupt('empty-member', /is not whole gzip data/, Buffer.alloc(0)),
  corrupt('json-instead-of-gzip', /incorrect header check/, Buffer.from(`${event(2)}\n`)),
  corrupt('text-after-gzip', /is not whole gzip data/, Buffer.concat([second, Buffer.from('more')])),
  // Versions of Node report zeros with different messages.
  corrupt('zeros-after-gzip', /gzip data/, Buffer.concat([second, Buffer.alloc(9)])),
  corrupt('gzip-after-zeros-after-gzip', /gzip data/, Buffer.concat([second, Buffer.alloc(9), first])),
  corrupt('symbolic-link', /is not whole gzip data/, Buffer.from('/etc/passwd'), {
    claims: { attributes: SYMBOLIC_LINK },
  }),
  corrupt('long-name', /is not whole gzip data/, Buffer.from('no'), { name: CULPRIT.padEnd(5000, '-') }),

  lands('lands-1-event--marked-as-a-symbolic-link', { bytes: first, claims: { attributes: SYMBOLIC_LINK } }),
  lands(
    'lands-2-events-1-rejected--names-with-parent-folders',
    { name: '../../../../tmp/climbs.json.gz', bytes: first },
    { name: '..\\..\\climbs.json.gz', bytes: storedGzip(`${event(2)}\nbad\n`) },
  ),
  lands(
    'lands-2-events--absolute-names',
    { name: '/etc/passwd', bytes: first },
    { name: 'C:\\Windows\\win.ini', bytes: second },
  ),
  lands(
    'lands-2-events-1-rejected--names-with-odd-characters',
    { name: '', bytes: first },
    { name: '\u001b[2J\n\0"\u202e\u6771', bytes: storedGzip(`${event(2)}\nbad\n`) },
  ),
];
