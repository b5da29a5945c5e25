import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { promisify } from 'node:util';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { download } from '../../amplitude/download.ts';
import type { Checksums } from '../../core/checksum.ts';
import { SourceTimedOut } from '../../amplitude/errors.ts';
import { sourceTimeouts } from '../../amplitude/limits.ts';
import { MinimumSpeed } from '../../amplitude/minimum-speed.ts';
import { temporaryFolder } from '../support/archives.ts';

const run = promisify(execFile);
const never = new AbortController().signal;

/** More than a pipe takes while nobody reads it, and than a download holds back meanwhile. */
const CHUNKS = 40;
const CHUNK_BYTES = 100_000;

let path: string;

beforeEach(async () => {
  path = join(await temporaryFolder(), 'export.zip');
});

/** Lets the test set the time. */
function fakeTime(): void {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  onTestFinished(() => void vi.useRealTimers());
}

/** Counts a byte after each of so many waits, all equally long, and gives the last count's error. */
function drip(minimumSpeed: MinimumSpeed, times: number, waitMs: number): SourceTimedOut | undefined {
  let tooSlow: SourceTimedOut | undefined;
  for (let count = 1; count <= times; count += 1) {
    expect(tooSlow).toBeUndefined();
    vi.advanceTimersByTime(waitMs);
    tooSlow = minimumSpeed.count(1, count);
  }
  return tooSlow;
}

/** Starts a download to a disk that takes nothing until it is resumed, and waits until it is to write. */
async function startOnSlowDisk(): Promise<{ running: Promise<Checksums>; disk: Readable }> {
  await run('mkfifo', [`${path}.partial`]);
  const disk = createReadStream(`${path}.partial`);
  onTestFinished(() => void disk.destroy());
  fakeTime();
  const rest = Array.from({ length: CHUNKS }, () => Buffer.alloc(CHUNK_BYTES, 'a'));
  const body = Readable.from([...rest, Buffer.from('the end')]);
  let seen = 0;
  const running = download(body, path, (bytes) => (seen = bytes), never);
  running.catch(() => undefined);
  await expect.poll(() => seen > 0 && body.isPaused()).toBe(true);
  return { running, disk };
}

describe('the minimum speed of a download', () => {
  const timeouts = { ...sourceTimeouts, minimumBytes: 10, minimumOverMs: 100_000 };

  it('is told with the speed and the bytes so far', () => {
    fakeTime();
    expect(drip(new MinimumSpeed(timeouts), 5, 20_000)?.message).toBe(
      'the download is too slow: 3 bytes a minute over the last 100 s, but at least 6 are required; 5 bytes so far',
    );
  });

  it('is measured again after each stretch', () => {
    fakeTime();
    const minimumSpeed = new MinimumSpeed(timeouts);
    expect(drip(minimumSpeed, 30, 10_000)).toBeUndefined();
    expect(drip(minimumSpeed, 9, 11_000)).toBeUndefined();
    expect(drip(minimumSpeed, 1, 1_000_000)).toBeUndefined();
    expect(drip(minimumSpeed, 9, 12_000)).toBeInstanceOf(SourceTimedOut);
  });

  it('leaves out the time in which the source was not waited for', () => {
    fakeTime();
    const minimumSpeed = new MinimumSpeed(timeouts);
    vi.advanceTimersByTime(1_000_000);
    minimumSpeed.restartWait();
    expect(drip(minimumSpeed, 9, 11_000)).toBeUndefined();
  });

  it('ends a download whose bytes come steadily, but too few', async () => {
    const body = new PassThrough();
    const drip = setInterval(() => body.write('x'), 5);
    onTestFinished(() => clearInterval(drip));
    const running = download(body, path, () => undefined, never, { ...timeouts, minimumOverMs: 40 });
    await expect(running).rejects.toThrow(/too slow: \d+ bytes a minute .* \d+ bytes so far$/);
    expect(body.destroyed).toBe(true);
  });
});

describe('a disk that takes its time', () => {
  it('is not told as the source’s silence, nor as its speed', async () => {
    const { running, disk } = await startOnSlowDisk();
    vi.advanceTimersByTime(sourceTimeouts.diskMs - 10_000);
    const kept: Buffer[] = [];
    disk.on('data', (chunk: Buffer) => kept.push(chunk));
    const read = once(disk, 'end');
    expect((await running).bytes).toBe(CHUNKS * CHUNK_BYTES + 'the end'.length);
    await read;
    expect(Buffer.concat(kept).toString().slice(-8)).toBe('athe end');
  });

  it('is told as the disk’s trouble when it takes nothing for very long', async () => {
    const { running } = await startOnSlowDisk();
    vi.advanceTimersByTime(sourceTimeouts.diskMs);
    await expect(running).rejects.toMatchObject({
      type: 'WorkDirFailed',
      message: expect.stringMatching(/the disk of WORK_DIR has kept a write waiting for 300 s/) as unknown,
    });
    await expect(readFile(path)).rejects.toThrow('ENOENT');
  });
});
