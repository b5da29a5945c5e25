import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { pMap } from '../../core/p-map.ts';
import { gzipLines, temporaryFolder, zipOf } from '../support/archives.ts';
import { outcomeOf } from '../support/archive-outcome.ts';

const CONCURRENCY = 4;
const ALL_BITS = [0, 1, 2, 3, 4, 5, 6, 7];

const [a, b, c] = ['{"a":0}', '{"a":1}', '{"a":2}'] as const;
const members = [
  { name: 'a', bytes: Buffer.concat([gzipLines(a), gzipLines(b)]) },
  { name: 'b', bytes: gzipLines(c, 'bad'), deflated: true },
];

/** All lines and where they were. Names are left out: nothing in a zip tells a damaged one. */
const complete = JSON.stringify({
  events: [[a, b], [c]],
  rejected: [{ line: 2, offset: 8, reason: 'invalid JSON', bytes: 'bad' }],
});

describe.each([
  ['of stored and deflated members and several gzip streams', zipOf(members), ALL_BITS],
  // The same members again: of their own bytes, a bit of each will do.
  ['with the records of zip64', zipOf(members, { zip64: true }), [3]],
  ['with a comment at its end', zipOf(members, { comment: 'PK' }), [6]],
])('an archive %s gives all of its lines or a typed failure, never a part of them:', (_name, whole, bits) => {
  const directoryStart = whole.indexOf('PK\x01\x02');
  let folder = '';
  let idleFolders: string[] = [];

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'amplitude-export-unit-'));
    idleFolders = Array.from({ length: CONCURRENCY }, (_, lane) => join(folder, `${lane}`));
    for (const path of idleFolders) await mkdir(path);
  });

  afterEach(() => rm(folder, { recursive: true }));

  /** What comes of an archive: its lines, or the type of the failure. */
  async function summaryOf(bytes: Uint8Array): Promise<string> {
    const path = idleFolders.pop() ?? '';
    const outcome = await outcomeOf(bytes, path);
    idleFolders.push(path);
    if (outcome.kind === 'refused') return outcome.type;
    const events = outcome.landing.members.map((member) => member.events);
    const rejected = outcome.landing.rejected.map(({ member: _name, ...record }) => record);
    return JSON.stringify({ events, rejected });
  }

  /** What comes of the archive, with some bits of each byte of a range inverted, one at a time. */
  async function expectHarmless(start: number, end: number, inverted: readonly number[]): Promise<void> {
    const places = Array.from({ length: end - start }, (_, index) => start + index);
    const damages = places.flatMap((at) => inverted.map((bit) => ({ at, bit })));
    const summaries = await pMap(
      damages,
      ({ at, bit }) => {
        const bytes = Buffer.from(whole);
        bytes.writeUInt8(bytes.readUInt8(at) ^ (1 << bit), at);
        return summaryOf(bytes);
      },
      { concurrency: CONCURRENCY },
    );
    const harmless = new Set([complete, 'ArchiveBroken', 'ArchiveLimitsExceeded', 'MemberCorrupt']);
    expect(damages.filter((_, index) => !harmless.has(summaries[index] ?? ''))).toEqual([]);
  }

  it('whole, it gives them all', async () => {
    expect(await summaryOf(whole)).toBe(complete);
  });

  it('cut short at any byte', async () => {
    const lengths = Array.from(whole.keys());
    const summaries = await pMap(lengths, (length) => summaryOf(whole.subarray(0, length)), {
      concurrency: CONCURRENCY,
    });
    expect(new Set(summaries)).toEqual(new Set(['ArchiveBroken']));
  });

  it('with a bit inverted in its members', () => expectHarmless(0, directoryStart, bits));

  it('with any bit inverted in its directory', () => expectHarmless(directoryStart, whole.length, ALL_BITS));
});

describe('an archive whose directory counts other than it lists', () => {
  it.each([0, 1, 3])('is broken: %i instead of 2 members', async (count) => {
    const outcome = await outcomeOf(zipOf(members, { count }), await temporaryFolder());
    expect(outcome).toMatchObject({ kind: 'refused', type: 'ArchiveBroken' });
  });
});
