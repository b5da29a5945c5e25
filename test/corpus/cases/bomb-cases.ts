import { zipOf, type MemberSpec } from '../../support/archives.ts';
import { CULPRIT, event, type CorpusCase } from '../corpus-case.ts';
import { newlines, newlinesDeflate, newlinesGzip, storedGzip } from '../packing.ts';

/** For 258 001 newlines. */
const MATCHES = 1000;

const honest = { bytes: storedGzip(`${event(1)}\n`) };
const gzipBomb = { name: CULPRIT, bytes: newlinesGzip(MATCHES) };
const zipBomb = {
  name: CULPRIT,
  bytes: newlines(MATCHES),
  packed: newlinesDeflate(MATCHES),
  claims: { method: 8 },
};

function lands(name: string, ...members: readonly MemberSpec[]): CorpusCase {
  return { name: `lands-${name}`, bytes: zipOf([honest, ...members]) };
}

function exceeds(name: string, says: RegExp, ...members: readonly MemberSpec[]): CorpusCase {
  return { name: `refused-ArchiveLimitsExceeded--${name}`, bytes: zipOf([honest, ...members]), says };
}

/** Archives that unpack to far more than their size. */
export const bombCases: readonly CorpusCase[] = [
  lands('1-event--member-at-its-limit--memberBytes-258001', gzipBomb),
  exceeds('member-over-its-limit--memberBytes-258000', /unpacks to over 258000 bytes/, gzipBomb),
  exceeds('gzip-ratio--ratio-100--ratioFromBytes-100000', /unpacks to over 100 times its size/, gzipBomb),
  lands('1-event--gzip-ratio-in-bounds--ratio-200--ratioFromBytes-100000', gzipBomb),
  exceeds(
    'members-over-the-total-limit--totalBytes-400000',
    /the archive unpacks to over 400000 bytes/,
    { bytes: gzipBomb.bytes },
    { bytes: gzipBomb.bytes },
  ),
  exceeds('zip-claims-too-much--memberBytes-258000', /unpacks to over 258000 bytes/, zipBomb),
  exceeds('zip-ratio--ratio-100--ratioFromBytes-100000', /unpacks to over 100 times its size/, zipBomb),
  exceeds(
    'zip-claims-too-much-in-total--totalBytes-400000',
    /the archive unpacks to over 400000 bytes/,
    { ...zipBomb, name: 'one' },
    { ...zipBomb, name: 'two' },
  ),
  {
    name: 'refused-ArchiveBroken--zip-bomb-that-claims-a-small-size',
    bytes: zipOf([honest, { ...zipBomb, claims: { ...zipBomb.claims, bytes: 100 } }]),
    says: /has \d+ bytes or more, but its directory entry says 100/,
  },
  lands('2-events--members-at-the-limit--members-2', { bytes: storedGzip(event(2)) }),
  exceeds('more-members-than-the-limit--members-2', /has over 2 members/, honest, honest),
];
