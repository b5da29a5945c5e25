import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { LinesDigest } from '../../amplitude/digest.ts';
import { ArchiveBroken, ArchiveLimitsExceeded, MemberCorrupt } from '../../amplitude/errors.ts';
import { archiveLimits, type ArchiveLimits } from '../../amplitude/limits.ts';
import { parseHour, type MemberParser } from '../../amplitude/parse-hour.ts';
import type { ParsedHour, ParseProgress, ParseTask } from '../../amplitude/parsed-hour.ts';
import { checksumFile } from '../../core/checksum.ts';
import { parseHourWindow } from '../../core/hour-window.ts';
import { archiveBytes, type ArchiveHour } from '../../local/sample-api/archive.ts';
import { servedLines } from '../../local/sample-api/oracle.ts';
import { planHour, type HourVariation } from '../../local/sample-api/sample-day.ts';
import { collect, unzip } from '../local/sample-api/unpack.ts';
import { eventLine, gzipLines, temporaryFolder, zipOf, type MemberSpec } from '../support/archives.ts';
import { isPlainNdjson } from '../support/ndjson-lines.ts';
import { parseHere } from '../support/parse-here.ts';
import { eventLines, partBytes, rejectedRecords } from '../support/parsed-parts.ts';

const WINDOW = parseHourWindow('2026-01-01T05');
const never = new AbortController().signal;
const data = { seed: 'parse-hour', projectId: 7, busyEvents: 1000 };

interface Parsing {
  readonly hour: ParsedHour;
  readonly folder: string;
  readonly progress: readonly ParseProgress[];
}

interface Changes {
  readonly maxLineBytes?: number;
  readonly limits?: Partial<ArchiveLimits>;
}

async function taskOf(
  archiveFile: Uint8Array,
  { maxLineBytes = 32 * 1024 * 1024, limits }: Changes = {},
): Promise<ParseTask> {
  const folder = await temporaryFolder();
  const archive = join(folder, 'export.zip');
  await writeFile(archive, archiveFile);
  const raw = await checksumFile(archive);
  const sizes = { maxLineBytes, limits: { ...archiveLimits, ...limits } };
  return { window: WINDOW, archive, folder, raw, ...sizes };
}

async function parseArchive(archiveFile: Uint8Array, changes?: Changes): Promise<Parsing> {
  const task = await taskOf(archiveFile, changes);
  const progress: ParseProgress[] = [];
  const hour = await parseHour(task, parseHere, (report) => progress.push(report), never);
  return { hour, folder: task.folder, progress };
}

async function parse(members: readonly MemberSpec[], changes?: Changes): Promise<ParsedHour> {
  return (await parseArchive(zipOf(members), changes)).hour;
}

function sampleArchive(hour: string, how: HourVariation & Omit<ArchiveHour, 'plan'> = {}): Promise<Buffer> {
  const plan = planHour(data, parseHourWindow(hour), how);
  return collect(archiveBytes(data, [{ plan, ...how }]));
}

/** An event that has an upload time only. */
function uploadedAt(time: string): string {
  return `{"server_upload_time":${JSON.stringify(time)}}`;
}

/** An event of so many bytes. */
function objectOf(bytes: number): string {
  return `{"a":"${'x'.repeat(bytes - 8)}"}`;
}

function latin1(bytes: Buffer): string {
  return bytes.toString('latin1');
}

describe('an hour of the sample API', () => {
  const hours: [string, string, HourVariation & { repacked?: boolean }][] = [
    ['an ordinary hour', '2026-01-01T05', {}],
    ['an hour in many gzip streams', '2026-01-01T07', {}],
    ['a busy hour', '2026-01-01T13', {}],
    ['an hour with bad lines', '2026-01-01T17', {}],
    ['an ordinary hour with bad lines', '2026-01-01T05', { badLines: true }],
    ['an hour with more events', '2026-01-01T05', { moreEvents: true }],
    ['an hour in other bytes', '2026-01-01T05', { repacked: true }],
  ];

  it.each(hours)('lands line by line as it was served, bad lines aside: %s', async (_name, window, how) => {
    const { hour } = await parseArchive(await sampleArchive(window, how));
    const served = [...servedLines(data, parseHourWindow(window), how)];
    const events = served.filter(({ bad }) => !bad);
    const bad = served.filter(({ bad }) => bad);
    expect(await eventLines(hour)).toEqual(events.map(({ line }) => latin1(line)).sort());
    expect((await rejectedRecords(hour)).map(({ member, bytes }) => ({ member, bytes }))).toEqual(
      bad.map(({ member, line }) => ({ member, bytes: latin1(line) })),
    );
    expect(hour).toMatchObject({ events: events.length, rejected: bad.length });
    const digest = new LinesDigest();
    for (const { line } of served) digest.addPiece(line, true);
    expect(hour.digest).toBe(digest.toString());
  });

  it.each(hours)('has each part’s own size and checksums: %s', async (_name, window, how) => {
    const { hour, folder } = await parseArchive(await sampleArchive(window, how));
    for (const part of hour.parts) {
      const copy = join(folder, 'copy');
      await writeFile(copy, await partBytes(part));
      expect(await checksumFile(copy)).toEqual({
        bytes: part.bytes,
        sha256: part.sha256,
        crc64nvme: part.crc64nvme,
      });
    }
    expect(hour.raw).toEqual(await checksumFile(join(folder, 'export.zip')));
  });

  it('keeps members that are plain NDJSON without bad lines as their own gzip bytes, and rewrites others', async () => {
    const kinds = new Set<string>();
    for (const [, window, how] of hours) {
      const zip = await sampleArchive(window, how);
      const { hour } = await parseArchive(zip);
      const members = await unzip(zip);
      const eventParts = hour.parts.filter(({ format }) => format === 'events');
      for (const part of eventParts) {
        const { packed = Buffer.alloc(0), stored } = members[part.index] ?? {};
        const bytes = await partBytes(part);
        const isKept = hour.members[part.index]?.rejected === 0 && isPlainNdjson(gunzipSync(packed));
        expect(packed.equals(bytes)).toBe(isKept);
        expect(isPlainNdjson(gunzipSync(bytes))).toBe(true);
        kinds.add(`${stored ? 'stored' : 'deflated'}, ${isKept ? 'kept' : 'rewritten'}`);
      }
      expect(eventParts).toHaveLength(hour.members.filter(({ events }) => events > 0).length);
    }
    // A sample without one of them would prove nothing about it.
    expect([...kinds].sort()).toEqual([
      'deflated, kept',
      'deflated, rewritten',
      'stored, kept',
      'stored, rewritten',
    ]);
  });

  it('counts and digests each member by itself', async () => {
    const window = parseHourWindow('2026-01-01T17');
    const { hour } = await parseArchive(await sampleArchive(window));
    const served = [...servedLines(data, window)];
    const expected = hour.members.map(({ name }) => {
      const lines = served.filter(({ member }) => member === name);
      const digest = new LinesDigest();
      for (const { line } of lines) digest.addPiece(line, true);
      const rejected = lines.filter(({ bad }) => bad).length;
      return { name, events: lines.length - rejected, rejected, digest: digest.toString() };
    });
    expect(hour.members).toMatchObject(expected);
    expect(hour.members.map(({ name }) => name)).toEqual(
      planHour(data, window).members.map(({ name }) => name),
    );
  });

  it('has the same digest however its bytes are packed, another one with other lines', async () => {
    const digests: string[] = [];
    for (const how of [{}, { repacked: true }, { moreEvents: true }, { badLines: true }]) {
      digests.push((await parseArchive(await sampleArchive('2026-01-01T13', how))).hour.digest);
    }
    const [digest, ...others] = digests;
    expect(others[0]).toBe(digest);
    expect(others.slice(1)).not.toContain(digest);
  });

  it('has its first and last upload times as they were written', async () => {
    const window = parseHourWindow('2026-01-01T05');
    const { hour } = await parseArchive(await sampleArchive(window));
    const times = [...servedLines(data, window)]
      .map(({ line }) => (JSON.parse(line.toString()) as { server_upload_time: string }).server_upload_time)
      .sort();
    expect(hour.firstUploadTime).toBe(times[0]);
    expect(hour.lastUploadTime).toBe(times.at(-1));
  });

  it('that has a corrupt member fails as MemberCorrupt', async () => {
    const archive = await sampleArchive('2026-01-01T05', { damage: 'corrupt-member' });
    await expect(parseArchive(archive)).rejects.toThrow(MemberCorrupt);
  });

  it('tells its progress after each member', async () => {
    const { hour, progress } = await parseArchive(await sampleArchive('2026-01-01T17'));
    expect(progress.map(({ members }) => members)).toEqual(hour.members.map((_, index) => index + 1));
    expect(progress.at(-1)).toMatchObject({ events: hour.events, unpackedBytes: hour.unpackedBytes });
  });
});

describe('a member', () => {
  it('with a bad line is written again: its events byte for byte, the bad line with its place', async () => {
    const hour = await parse([
      { name: 'm', bytes: gzipLines('{"a":1.0}', '', 'b\u00e4d', '{ "a":\t1e3 }\r') },
    ]);
    expect(await eventLines(hour)).toEqual(['{ "a":\t1e3 }\r', '{"a":1.0}']);
    expect(await rejectedRecords(hour)).toEqual([
      { member: 'm', line: 3, offset: 11, reason: 'invalid JSON', bytes: latin1(Buffer.from('b\u00e4d')) },
    ]);
    expect(hour.parts.map(({ format, index, start, events }) => ({ format, index, start, events }))).toEqual([
      { format: 'events', index: 0, start: 0, events: 2 },
      { format: 'rejected', index: 0, start: 0, events: 1 },
    ]);
  });

  it('of bad lines only gives no event part, and no file for one', async () => {
    const { hour, folder } = await parseArchive(zipOf([{ bytes: gzipLines('bad', '[]') }]));
    expect((await readdir(folder)).sort()).toEqual(['export.zip', 'rejected-0000.json.gz']);
    expect(hour.parts.map(({ format, events }) => ({ format, events }))).toEqual([
      { format: 'rejected', events: 2 },
    ]);
    expect(hour).toMatchObject({ events: 0, rejected: 2, firstUploadTime: null, lastUploadTime: null });
  });

  it('without any line, or of blank lines only, gives no part at all', async () => {
    const hour = await parse([{ bytes: gzipSync('') }, { bytes: gzipLines('', ' \t', '\r') }]);
    expect(hour).toMatchObject({ events: 0, rejected: 0, parts: [], digest: new LinesDigest().toString() });
    expect(hour.members).toHaveLength(2);
  });

  it.each([
    ['without a newline at its end', '{"a":1}\n{ "a":\t1e3 }\r'],
    ['with blank lines', '\n{"a":1}\n\r\n{ "a":\t1e3 }\r\n \t\n'],
    ['with both', '{"a":1}\n\n{ "a":\t1e3 }\r'],
    ['with a blank line that has no newline', '{"a":1}\n{ "a":\t1e3 }\r\n \t'],
  ])('%s is rewritten as plain NDJSON, with no rejected part', async (_name, text) => {
    const expected = await parse([{ bytes: gzipLines('{"a":1}', '{ "a":\t1e3 }\r') }]);
    const streams = Buffer.concat([gzipSync(text.slice(0, 9)), gzipSync(text.slice(9))]);
    for (const deflated of [false, true]) {
      const { hour, folder } = await parseArchive(zipOf([{ bytes: streams, deflated }]));
      const [part] = hour.parts;
      if (part === undefined) throw new Error('the hour has no part');
      expect(gunzipSync(await partBytes(part)).toString()).toBe('{"a":1}\n{ "a":\t1e3 }\r\n');
      expect(hour.parts).toMatchObject([{ format: 'events', index: 0, start: 0, events: 2 }]);
      expect((await readdir(folder)).sort()).toEqual(['events-0000.json.gz', 'export.zip']);
      const { events, rejected, digest } = expected;
      expect(hour).toMatchObject({ events, rejected, digest });
    }
  });

  it('with a bad line and an event that has no newline keeps both', async () => {
    const hour = await parse([{ bytes: gzipSync('{"a":1}\nbad\n{"a":2}') }]);
    expect(await eventLines(hour)).toEqual(['{"a":1}', '{"a":2}']);
    expect(await rejectedRecords(hour)).toMatchObject([{ line: 2, bytes: 'bad' }]);
  });

  it('may have any name', async () => {
    const names = ['../../a', '/a', 'a\\b', 'a', 'a', ''];
    const members = names.map((name, index) => ({ name, bytes: gzipLines(eventLine(index), 'bad') }));
    const { hour, folder } = await parseArchive(zipOf(members));
    expect(hour.members.map(({ name }) => name)).toEqual(names);
    expect(await eventLines(hour)).toEqual(names.map((_, index) => eventLine(index)));
    expect((await rejectedRecords(hour)).map(({ member }) => member)).toEqual(names);
    expect(
      (await readdir(folder)).filter((name) => !/^(events|rejected)-000\d\.json\.gz$/.test(name)),
    ).toEqual(['export.zip']);
  });

  it('that is not gzip data fails as MemberCorrupt, one that is no member as ArchiveBroken', async () => {
    await expect(parse([{ name: 'm', bytes: Buffer.from('{"a":1}') }])).rejects.toThrow(MemberCorrupt);
    await expect(parseArchive(Buffer.from('<html>'))).rejects.toThrow(ArchiveBroken);
  });

  it('of an archive without members is none', async () => {
    expect(await parse([])).toMatchObject({
      members: [],
      parts: [],
      events: 0,
      rejected: 0,
      unpackedBytes: 0,
    });
  });
});

describe('several members at once', () => {
  const members = ['a', 'b', 'c', 'd', 'e'].map((name) => ({ name, bytes: gzipLines('{}') }));

  it('come in the order of the archive, whichever ends first', async () => {
    const task = await taskOf(zipOf([...members, { name: 'f', bytes: gzipLines('{}', 'bad') }]));
    const expected = await parseHour(task, parseHere, () => undefined, never);
    const ended: number[] = [];
    const parse: MemberParser['parse'] = async (task, signal) => {
      const result = await parseHere.parse(task, signal);
      while (ended.length < 5 - task.index) await sleep(1);
      ended.push(task.index);
      return result;
    };
    expect(await parseHour(task, { ...parseHere, size: 6, parse }, () => undefined, never)).toEqual(expected);
    expect(ended).toEqual([5, 4, 3, 2, 1, 0]);
  });

  it('end with the first failure, which cancels those in progress and lets no other begin', async () => {
    const failure = new Error('b fails');
    const begun: string[] = [];
    const cancelled: string[] = [];
    const parse: MemberParser['parse'] = async ({ member: { name } }, signal) => {
      begun.push(name);
      if (name === 'b') throw failure;
      await once(signal, 'abort');
      await sleep(5);
      cancelled.push(name);
      throw signal.reason;
    };
    const task = await taskOf(zipOf(members));
    const running = parseHour(task, { ...parseHere, size: 3, parse }, () => undefined, never);
    await expect(running).rejects.toBe(failure);
    expect({ begun, cancelled }).toEqual({ begun: ['a', 'b', 'c'], cancelled: ['a', 'c'] });
  });

  it('may be many, and each may listen for the end of the others', async () => {
    const warnings: Error[] = [];
    const note = (warning: Error): void => void warnings.push(warning);
    process.on('warning', note);
    const signals = new Set<AbortSignal>();
    const parse: MemberParser['parse'] = async (task, signal) => {
      signals.add(signal);
      signal.addEventListener('abort', () => undefined);
      await sleep(5);
      return parseHere.parse(task, signal);
    };
    const task = await taskOf(zipOf(Array.from({ length: 20 }, () => ({ bytes: gzipLines('{}') }))));
    expect((await parseHour(task, { ...parseHere, size: 20, parse }, () => undefined, never)).events).toBe(
      20,
    );
    process.off('warning', note);
    expect(warnings).toEqual([]);
    expect(signals.size).toBe(1);
  });

  it('are cancelled with the signal of the hour', async () => {
    const abort = new AbortController();
    const parse: MemberParser['parse'] = async ({ index }, signal) => {
      if (index === 1) abort.abort(new Error('enough'));
      signal.throwIfAborted();
      await once(signal, 'abort');
      throw signal.reason;
    };
    const task = await taskOf(zipOf(members));
    const running = parseHour(task, { ...parseHere, size: 2, parse }, () => undefined, abort.signal);
    await expect(running).rejects.toThrow('enough');
  });
});

describe('the upload times', () => {
  it('are the least and the greatest of all members, nulls and bad lines left out', async () => {
    const hour = await parse([
      { bytes: gzipLines(uploadedAt('2026-01-01 05:30:00.5'), '{"server_upload_time":null}') },
      {
        bytes: gzipLines(
          uploadedAt('2026-01-01 05:59:59.9'),
          uploadedAt('2026-01-01 05:00:00'),
          `[${uploadedAt('2026-01-01 04')}]`,
        ),
      },
    ]);
    expect(hour.firstUploadTime).toBe('2026-01-01 05:00:00');
    expect(hour.lastUploadTime).toBe('2026-01-01 05:59:59.9');
  });

  it('outside the window are counted over all members, and land as ever', async () => {
    const lines = [
      uploadedAt('2026-01-01 05:30:00'),
      uploadedAt('2026-01-01 04:59:59.999999'),
      uploadedAt('2026-01-01 06:00:00'),
      '{"server_upload_time":null}',
      '{"nested":{"server_upload_time":"2025-01-01 05:00:00"}}',
    ];
    const rejected = `[${uploadedAt('2026-01-01 04:00:00')}]`;
    const hour = await parse([{ bytes: gzipLines(...lines) }, { bytes: gzipLines(...lines, rejected) }]);
    expect(hour).toMatchObject({ events: 10, rejected: 1, outsideWindow: 4 });
    expect(await eventLines(hour)).toEqual([...lines, ...lines].sort());
  });

  it('of a sample hour lie in that hour, and all of another hour’s outside', async () => {
    const { hour: own } = await parseArchive(await sampleArchive(WINDOW));
    expect(own.outsideWindow).toBe(0);
    const { hour: other } = await parseArchive(await sampleArchive('2026-01-01T17'));
    expect(other.outsideWindow).toBe(other.events);
  });
});

describe('a member with a rejected line', () => {
  it('keeps every event, those whose upload time is written with escapes too', async () => {
    const escaped = '{"server_upload_time":"2026-01-01 05\\u003a00:00"}';
    const lines = [eventLine(1), escaped, '{"\\u0061":1}', eventLine(2), 'bad', escaped, '', eventLine(3)];
    const hour = await parse([{ name: 'm', bytes: gzipLines(...lines) }]);
    expect(await eventLines(hour)).toEqual(lines.filter((line) => line.startsWith('{')).sort());
    expect(hour).toMatchObject({ events: 6, rejected: 1, firstUploadTime: '2026-01-01 05:00:00' });
  });
});

describe('a line that is too long', () => {
  const maxLineBytes = 100;

  it('is rejected from one byte over the limit, an event up to it', async () => {
    const hour = await parse([{ name: 'm', bytes: gzipLines(objectOf(101), objectOf(100), objectOf(99)) }], {
      maxLineBytes,
    });
    expect(await eventLines(hour)).toEqual([objectOf(99), objectOf(100)].sort());
    expect(await rejectedRecords(hour)).toEqual([
      { member: 'm', line: 1, offset: 0, reason: 'too long', bytes: objectOf(101) },
    ]);
  });

  it('is kept whole and digested whole, although it came in pieces', async () => {
    const long = objectOf(1_000_003);
    const bytes = Buffer.concat([gzipLines(eventLine(1)), gzipSync(`${long}\n${objectOf(1_000_001)}`)]);
    const hour = await parse([{ bytes }], { maxLineBytes });
    const records = await rejectedRecords(hour);
    const second = eventLine(1).length + 1;
    expect(records.map(({ line, offset, bytes }) => ({ line, offset, sha256: sha256(bytes) }))).toEqual([
      { line: 2, offset: second, sha256: sha256(long) },
      { line: 3, offset: second + 1_000_004, sha256: sha256(objectOf(1_000_001)) },
    ]);
    const digest = new LinesDigest();
    for (const line of [eventLine(1), long, objectOf(1_000_001)]) digest.addPiece(Buffer.from(line), true);
    expect(hour.digest).toBe(digest.toString());
  });
});

describe('an archive that is not the one that was downloaded', () => {
  const members = [
    { name: 'a', bytes: gzipLines('{"a":1}') },
    { name: 'b', bytes: gzipLines('{"b":1}', 'bad'), deflated: true },
    { name: 'c', bytes: gzipSync('') },
    { name: 'd', bytes: gzipLines('{"d":1}'), deflated: true },
  ];
  const zip = zipOf(members, { comment: 'a comment' });
  const lost = {
    type: 'WorkFilesLost',
    message: expect.stringMatching(/is not the one that was downloaded/),
  };

  it('is found, whichever byte has changed', async () => {
    const task = await taskOf(zip);
    for (const position of zip.keys()) {
      const changed = Buffer.from(zip);
      changed[position] = (changed[position] ?? 0) ^ 1;
      await writeFile(task.archive, changed);
      const running = parseHour(task, parseHere, () => undefined, never);
      await expect(running, `byte ${position}`).rejects.toMatchObject(lost);
    }
  });

  it.each([
    ['is longer', Buffer.concat([zip, Buffer.alloc(1)])],
    ['is shorter', zip.subarray(0, -1)],
    ['is empty', Buffer.alloc(0)],
    ['has its members in another order', zipOf(members.toReversed(), { comment: 'a comment' })],
  ])('is found when it %s', async (_name, other) => {
    const task = await taskOf(zip);
    await writeFile(task.archive, other);
    await expect(parseHour(task, parseHere, () => undefined, never)).rejects.toMatchObject(lost);
  });

  it('is none when an archive is as damaged as it was downloaded', async () => {
    const task = await taskOf(zipOf([{ bytes: Buffer.from('no gzip') }]));
    await expect(parseHour(task, parseHere, () => undefined, never)).rejects.toThrow(MemberCorrupt);
  });
});

describe('the limits of an archive', () => {
  const bytes = gzipSync(Buffer.alloc(1000, '\n'));

  it('stop one whose members together unpack to too much', async () => {
    const members = [{ bytes }, { bytes }];
    expect((await parse(members, { limits: { totalBytes: 2000 } })).unpackedBytes).toBe(2000);
    await expect(parse(members, { limits: { totalBytes: 1999 } })).rejects.toThrow(ArchiveLimitsExceeded);
  });

  it('stop one member that unpacks to too much', async () => {
    await expect(parse([{ bytes }], { limits: { memberBytes: 999 } })).rejects.toThrow(ArchiveLimitsExceeded);
  });
});

function sha256(text: string): string {
  return createHash('sha256').update(text, 'latin1').digest('hex');
}
