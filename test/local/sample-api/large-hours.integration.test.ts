import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';
import { afterEach, expect, it } from 'vitest';
import { LinesDigest } from '../../../amplitude/digest.ts';
import { archiveLimits } from '../../../amplitude/limits.ts';
import { parseHour } from '../../../amplitude/parse-hour.ts';
import { checksumFile } from '../../../core/checksum.ts';
import { parseHourWindow } from '../../../core/hour-window.ts';
import { servedLines } from '../../../local/sample-api/oracle.ts';
import { temporaryFolder } from '../../support/archives.ts';
import { parseHere } from '../../support/parse-here.ts';
import { runVerb, startVerb, type RunningVerb } from '../../support/command-line.ts';

const window = parseHourWindow('2026-01-01T05');
const EVENTS = 130_000;
const started: RunningVerb[] = [];

afterEach(async () => {
  for (const api of started.splice(0)) {
    api.child.kill();
    await api.ended;
  }
});

/** Starts a sample API in a process of its own, whose hours are alike, and requests one of them. */
async function requestHour(eachHour: string): Promise<{ body: Readable; pid: number }> {
  const api = startVerb(['sample-api', '--port', '0', '--each-hour', eachHour, '--json'], {});
  started.push(api);
  await api.saying(/"url"/);
  const { url } = JSON.parse(api.soFar().out) as { url: string };
  const authorization = `Basic ${Buffer.from('sample-key:sample-secret').toString('base64')}`;
  const response = await fetch(`${url}?start=20260101T05&end=20260101T05`, { headers: { authorization } });
  expect(response.status).toBe(200);
  return { body: Readable.fromWeb(response.body as ReadableStream), pid: Number(api.child.pid) };
}

/** The most memory that a process has had, in bytes. Source: proc(5). */
async function peakBytes(pid: number): Promise<number> {
  const [, kibibytes] = /^VmHWM:\s+(\d+) kB$/m.exec(await readFile(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kibibytes) * 1024;
}

it('a quarter of a gigabyte is served in the memory that 40 MB take, and is the same each time', async () => {
  const small = await requestHour('20000/1');
  await small.body.resume().toArray();
  const smallPeak = await peakBytes(small.pid);

  const archive = join(await temporaryFolder(), 'hour.zip');
  const large = await requestHour(`${EVENTS}/1`);
  await pipeline(large.body, createWriteStream(archive));
  const raw = await checksumFile(archive);
  // Less than half of the zip, and an eighth of its lines.
  expect((await peakBytes(large.pid)) - smallPeak).toBeLessThan(32 * 1024 * 1024);

  const again = createHash('sha256');
  await pipeline((await requestHour(`${EVENTS}/1`)).body, again);
  expect(again.digest('hex')).toBe(raw.sha256);

  const limits = archiveLimits;
  const task = { window, archive, folder: '', raw, maxLineBytes: 1 << 20, limits };
  const parsed = await parseHour(task, parseHere, () => undefined, new AbortController().signal);
  expect(parsed).toMatchObject({ events: EVENTS, rejected: 0, outsideWindow: 0 });
  expect(parsed.unpackedBytes).toBeGreaterThan(250e6);
  // As real exports, about 7.6 to 1.
  expect(parsed.unpackedBytes / raw.bytes).toBeGreaterThan(6.5);
  expect(parsed.unpackedBytes / raw.bytes).toBeLessThan(8.5);

  const digest = new LinesDigest();
  const options = { seed: 'sample', projectId: 260786, eachHour: { events: EVENTS, members: 1 } };
  for (const { line } of servedLines(options, window)) digest.addPiece(line, true);
  expect(parsed.digest).toBe(digest.toString());
});

it.each(['534000', '5/0', 'x/1', '1/2/3'])('--each-hour refuses %s', async (text) => {
  const { code, err } = await runVerb(['sample-api', '--each-hour', text], {});
  expect(code).toBe(2);
  expect(err).toContain('such as 534000/10');
});
