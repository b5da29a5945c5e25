import { performance } from 'node:perf_hooks';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { archiveLimits, type ArchiveLimits } from '../../amplitude/limits.ts';
import { parseHourOffThread } from '../../amplitude/parse-off-thread.ts';
import { parseHour } from '../../amplitude/parse-hour.ts';
import type { ParseProgress, ParseTask } from '../../amplitude/parsed-hour.ts';
import { checksumFile } from '../../core/checksum.ts';
import { ExportError } from '../../core/errors.ts';
import { parseHourWindow } from '../../core/hour-window.ts';
import { eventLine, gzipLines, temporaryFolder, zipOf, type MemberSpec } from '../support/archives.ts';

const never = new AbortController().signal;
const ignore = (): void => undefined;

async function taskFor(
  members: readonly MemberSpec[],
  limits: Partial<ArchiveLimits> = {},
): Promise<ParseTask> {
  const folder = await temporaryFolder();
  const archive = join(folder, 'export.zip');
  await writeFile(archive, zipOf(members));
  const { sha256 } = await checksumFile(archive);
  const window = parseHourWindow('2026-01-01T05');
  const sizes = { maxLineBytes: 1024 * 1024, limits: { ...archiveLimits, ...limits } };
  return { window, archive, folder, sha256, ...sizes };
}

/** A member that keeps a parser busy for long: that many million events. */
function busyMember(millions: number): MemberSpec {
  const part = gzipSync(`${eventLine(1)}\n`.repeat(10_000));
  return { bytes: Buffer.concat(Array.from({ length: millions * 100 }, () => part)) };
}

describe('a parse in a thread of its own', () => {
  it('gives what a parse in this one gives', async () => {
    const task = await taskFor([
      { bytes: gzipLines(eventLine(1), eventLine(2)) },
      { bytes: gzipLines(eventLine(3), 'bad'), deflated: true },
      { bytes: gzipLines('bad') },
    ]);
    const here: ParseProgress[] = [];
    const there: ParseProgress[] = [];
    const expected = await parseHour(task, (progress) => here.push(progress));
    expect(await parseHourOffThread(task, (progress) => there.push(progress), never)).toEqual(expected);
    expect(there).toEqual(here);
  });

  it.each<[string, readonly MemberSpec[], Partial<ArchiveLimits>]>([
    ['MemberCorrupt', [{ bytes: Buffer.from('no gzip') }], {}],
    ['MemberCorrupt', [{ bytes: Buffer.concat([gzipLines('{}'), Buffer.alloc(9)]) }], {}],
    ['ArchiveLimitsExceeded', [{ bytes: gzipLines(eventLine(1)) }], { memberBytes: 5 }],
    ['ArchiveBroken', [{ bytes: gzipLines('{}'), deflated: true, claims: { flags: 1 } }], {}],
  ])('fails with the type that the failure has in its thread: %s', async (type, members, limits) => {
    const task = await taskFor(members, limits);
    const expected: unknown = await parseHour(task, ignore).catch((error: unknown) => error);
    const error: unknown = await parseHourOffThread(task, ignore, never).catch((error: unknown) => error);
    expect(error).toBeInstanceOf(ExportError);
    expect(error).toMatchObject({ type, message: (expected as Error).message });
  });

  it('fails as WorkFilesLost when the archive is gone', async () => {
    const task = await taskFor([]);
    const lost = { ...task, archive: join(task.folder, 'gone.zip') };
    await expect(parseHourOffThread(lost, ignore, never)).rejects.toMatchObject({ type: 'WorkFilesLost' });
  });

  it('ends with its thread when the signal aborts, with the signal’s reason', async () => {
    const task = await taskFor([{ bytes: gzipLines(eventLine(1)) }, { ...busyMember(1), deflated: true }]);
    const abort = new AbortController();
    const reason = new Error('enough');
    const reports: ParseProgress[] = [];
    const report = (progress: ParseProgress): void => {
      reports.push(progress);
      abort.abort(reason);
    };
    await expect(parseHourOffThread(task, report, abort.signal)).rejects.toBe(reason);
    expect(reports).toHaveLength(1);
    // The second member's own file is what a thread that went on would have left.
    expect(await readdir(task.folder)).toEqual(['export.zip']);
  });

  it('does not begin when the signal has aborted', async () => {
    const task = await taskFor([]);
    const reason = new Error('enough');
    await expect(parseHourOffThread(task, ignore, AbortSignal.abort(reason))).rejects.toBe(reason);
  });

  it('leaves the main thread free', async () => {
    const task = await taskFor([busyMember(0.5)]);
    const before = performance.eventLoopUtilization();
    const { events } = await parseHourOffThread(task, ignore, never);
    expect(events).toBe(500_000);
    expect(performance.eventLoopUtilization(before).utilization).toBeLessThan(0.5);
  });
});
