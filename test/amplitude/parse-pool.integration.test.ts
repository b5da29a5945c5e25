import { performance } from 'node:perf_hooks';
import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it, onTestFinished } from 'vitest';
import { readZipMembers } from '../../amplitude/export-zip.ts';
import { archiveLimits, type ArchiveLimits } from '../../amplitude/limits.ts';
import { parseHour, type MemberParser } from '../../amplitude/parse-hour.ts';
import type { MemberTask } from '../../amplitude/parse-member.ts';
import { ParsePool } from '../../amplitude/parse-pool.ts';
import type { ParseProgress, ParseTask } from '../../amplitude/parsed-hour.ts';
import { checksumFile } from '../../core/checksum.ts';
import { ExportError } from '../../core/errors.ts';
import { parseHourWindow } from '../../core/hour-window.ts';
import { eventLine, gzipLines, temporaryFolder, zipOf, type MemberSpec } from '../support/archives.ts';
import { parseHere } from '../support/parse-here.ts';
import { TASKS, type BegunTask } from '../support/reporting-parse-thread.ts';

const never = new AbortController().signal;
const ignore = (): void => undefined;
const ordinary = { bytes: gzipLines(eventLine(1)) };

async function taskFor(
  members: readonly MemberSpec[],
  limits: Partial<ArchiveLimits> = {},
): Promise<ParseTask> {
  const folder = await temporaryFolder();
  const archive = join(folder, 'export.zip');
  await writeFile(archive, zipOf(members));
  const raw = await checksumFile(archive);
  const window = parseHourWindow('2026-01-01T05');
  const sizes = { maxLineBytes: 1024 * 1024, limits: { ...archiveLimits, ...limits } };
  return { window, archive, folder, raw, ...sizes };
}

/** The task for the only member of an archive. */
async function memberTaskFor(member: MemberSpec): Promise<MemberTask> {
  const hour = await taskFor([member]);
  const [first] = await readZipMembers(hour.archive);
  if (first === undefined) throw new Error('the archive has no member');
  return { hour, member: first, index: 0 };
}

/** A member that keeps a parser busy for long: that many million events. */
function busyMember(millions: number): MemberSpec {
  const part = gzipSync(`${eventLine(1)}\n`.repeat(10_000));
  return { bytes: Buffer.concat(Array.from({ length: millions * 100 }, () => part)) };
}

function members(count: number, member: MemberSpec = ordinary): MemberSpec[] {
  return Array.from({ length: count }, () => member);
}

function openPool(size: number): ParsePool {
  const pool = new ParsePool(size);
  onTestFinished(() => pool.close());
  return pool;
}

/** A pool whose threads report their tasks, with the tasks and the number of threads that were started. */
function openReportingPool(size: number) {
  const begun: BegunTask[] = [];
  const channel = new BroadcastChannel(TASKS);
  channel.addEventListener('message', (event) => begun.push((event as Event & { data: BegunTask }).data));
  const started = { threads: 0 };
  const count = (): void => void (started.threads += 1);
  process.on('worker', count);
  const pool = new ParsePool(size, new URL('../support/reporting-parse-thread.js', import.meta.url));
  onTestFinished(async () => {
    channel.close();
    process.off('worker', count);
    await pool.close();
  });
  return { pool, begun, started };
}

describe('an hour parsed by the pool', () => {
  it('is what it is when it is parsed in this thread', async () => {
    const task = await taskFor([
      { bytes: gzipLines(eventLine(1), eventLine(2)) },
      { bytes: gzipLines(eventLine(3), 'bad'), deflated: true },
      { bytes: gzipLines('bad') },
      { ...busyMember(0.01), deflated: true },
      { bytes: gzipLines(eventLine(4), '', eventLine(5)) },
    ]);
    const progress: ParseProgress[] = [];
    const expected = await parseHour(task, parseHere, ignore, never);
    expect(await parseHour(task, openPool(3), (report) => progress.push(report), never)).toEqual(expected);
    expect(progress.map(({ members }) => members)).toEqual([1, 2, 3, 4, 5]);
    expect(progress.at(-1)).toMatchObject({ events: expected.events, unpackedBytes: expected.unpackedBytes });
  });

  it('uses all threads', async () => {
    const { pool, begun } = openReportingPool(2);
    await parseHour(await taskFor(members(10)), pool, ignore, never);
    await expect.poll(() => begun).toHaveLength(10);
    expect(new Set(begun.map(({ threadId }) => threadId)).size).toBe(2);
  });

  it('fails without the members that had not begun, and without files of those in progress', async () => {
    const { pool, begun } = openReportingPool(2);
    const slow = { ...busyMember(1), deflated: true };
    const corrupt = { bytes: Buffer.from('no gzip') };
    const task = await taskFor([slow, corrupt, ...members(20)]);
    await expect(parseHour(task, pool, ignore, never)).rejects.toMatchObject({ type: 'MemberCorrupt' });
    expect(await readdir(task.folder)).toEqual(['export.zip']);
    const next = await taskFor(members(2));
    expect((await parseHour(next, pool, ignore, never)).events).toBe(2);
    await expect.poll(() => begun.filter(({ archive }) => archive === next.archive)).toHaveLength(2);
    expect(begun.filter(({ archive, index }) => archive === task.archive && index > 1)).toEqual([]);
  });

  it('leaves the main thread free', async () => {
    const task = await taskFor([busyMember(0.5)]);
    const pool = openPool(1);
    const before = performance.eventLoopUtilization();
    const { events } = await parseHour(task, pool, ignore, never);
    expect(events).toBe(500_000);
    expect(performance.eventLoopUtilization(before).utilization).toBeLessThan(0.5);
  });
});

describe('several hours at once', () => {
  it('share the threads that the pool has started', async () => {
    const { pool, begun, started } = openReportingPool(2);
    const tasks = await Promise.all(Array.from({ length: 8 }, () => taskFor(members(5))));
    const hours = await Promise.all(tasks.map((task) => parseHour(task, pool, ignore, never)));
    expect(hours.map(({ events }) => events)).toEqual(tasks.map(() => 5));
    await expect.poll(() => begun).toHaveLength(40);
    expect(new Set(begun.map(({ threadId }) => threadId)).size).toBe(2);
    expect(started.threads).toBe(2);
  });

  it('take turns: a small one does not wait for all members of a large one', async () => {
    const pool = openPool(1);
    const [large, small] = [await taskFor(members(1000)), await taskFor(members(2))];
    let parsed = 0;
    const running = parseHour(large, pool, ({ members }) => (parsed = members), never);
    await expect.poll(() => parsed).toBeGreaterThan(0);
    // The members of the large hour that were done when each one of the small hour began, and when it ended.
    const done: number[] = [];
    const parse: MemberParser['parse'] = async (task, signal) => {
      done.push(parsed);
      const result = await pool.parse(task, signal);
      done.push(parsed);
      return result;
    };
    await parseHour(small, { ...parseHere, size: pool.size, parse }, ignore, never);
    expect(done).toHaveLength(4);
    expect(Math.max(...done) - Math.min(...done)).toBeLessThan(10);
    expect((await running).events).toBe(1000);
  });
});

describe('a failure in a thread of the pool', () => {
  it.each<[string, readonly MemberSpec[], Partial<ArchiveLimits>]>([
    ['MemberCorrupt', [{ bytes: Buffer.from('no gzip') }], {}],
    ['MemberCorrupt', [{ bytes: Buffer.concat([gzipLines('{}'), Buffer.alloc(9)]) }], {}],
    ['ArchiveLimitsExceeded', [ordinary], { memberBytes: 5 }],
  ])('has the type and message that it has in this thread: %s', async (type, members, limits) => {
    const task = await taskFor(members, limits);
    const [here, there] = await Promise.allSettled([
      parseHour(task, parseHere, ignore, never),
      parseHour(task, openPool(1), ignore, never),
    ]);
    if (here.status !== 'rejected' || there.status !== 'rejected') throw new Error('it was parsed');
    expect(there.reason).toBeInstanceOf(ExportError);
    expect(there.reason).toMatchObject({ type, message: (here.reason as Error).message });
  });

  it('is WorkFilesLost when the archive is gone', async () => {
    const task = await memberTaskFor(ordinary);
    await rm(task.hour.archive);
    await expect(openPool(1).parse(task, never)).rejects.toMatchObject({ type: 'WorkFilesLost' });
  });
});

describe('aborting the signal of an hour', () => {
  it('ends its members in progress, with the signal’s reason; another hour goes on', async () => {
    const pool = openPool(2);
    const task = await taskFor([...members(3), { ...busyMember(1), deflated: true }, ...members(20)]);
    const other = await taskFor(members(50, busyMember(0.01)));
    const abort = new AbortController();
    const reason = new Error('enough');
    const report = ({ members }: ParseProgress): void => {
      if (members === 3) abort.abort(reason);
    };
    const otherHour = parseHour(other, pool, ignore, never);
    await expect(parseHour(task, pool, report, abort.signal)).rejects.toBe(reason);
    // The fourth member's own file is what a thread that went on would have left.
    expect(await readdir(task.folder)).toEqual(['export.zip']);
    expect((await otherHour).events).toBe(500_000);
  });

  it('ends its wait for a thread', async () => {
    const pool = openPool(1);
    const abort = new AbortController();
    const [first, second] = [await memberTaskFor(busyMember(0.5)), await memberTaskFor(ordinary)];
    const busy = pool.parse(first, never);
    const waiting = pool.parse(second, abort.signal);
    abort.abort(new Error('enough'));
    await expect(waiting).rejects.toBe(abort.signal.reason);
    expect((await busy).member.events).toBe(500_000);
  });

  it('before it begins lets it not begin', async () => {
    const task = await taskFor([ordinary]);
    const reason = new Error('enough');
    await expect(parseHour(task, openPool(1), ignore, AbortSignal.abort(reason))).rejects.toBe(reason);
  });
});

describe('a thread that crashes', () => {
  it.each([
    ['exit', /the member "exit" ended: exit code 3/],
    ['throw an error', /the member "throw an error" ended: throw an error/],
    ['memory', /the member "memory" ended: .*memory limit/],
  ])('costs its member a typed failure, and the pool a new thread: %s', async (name, message) => {
    const { pool, started } = openReportingPool(2);
    const other = parseHour(await taskFor(members(30)), pool, ignore, never);
    const crashing = parseHour(await taskFor([{ ...ordinary, name }]), pool, ignore, never);
    await expect(crashing).rejects.toMatchObject({
      type: 'ParseThreadCrashed',
      message: expect.stringMatching(message),
    });
    expect((await other).events).toBe(30);
    const hours = await Promise.all(
      Array.from({ length: 4 }, async () => parseHour(await taskFor(members(4)), pool, ignore, never)),
    );
    expect(hours.map(({ events }) => events)).toEqual([4, 4, 4, 4]);
    expect(started.threads).toBe(3);
  });
});
