import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createGunzip, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { archiveLimits } from '../../amplitude/limits.ts';
import type { ParsedHour, ParseTask } from '../../amplitude/parsed-hour.ts';
import { checksumFile } from '../../core/checksum.ts';
import { parseHourWindow } from '../../core/hour-window.ts';
import { temporaryFolder, zipOf } from '../support/archives.ts';

const MIB = 1024 * 1024;
const DEFAULT_LIMIT = 32 * MIB;
/** What one process may take more than another for no reason, in MiB: on a busy machine garbage waits longer. */
const SLACK = 90;
/** What comes before and after the MiBs of a line that is an event. */
const [HEAD, TAIL] = ['{"a":"', '"}'];
const MEBIBYTE = Buffer.alloc(MIB, '0123456789abcdef');

interface Parsing {
  readonly hour: ParsedHour;
  /** The most memory that the process took, in MiB. */
  readonly peak: number;
}

/** Parses, in a process of its own, one line of so many MiB and a few bytes. */
async function parseLine(mebibytes: number, maxLineBytes: number): Promise<Parsing> {
  const packed = gzipSync(MEBIBYTE);
  const pieces = Array.from({ length: mebibytes }, () => packed);
  return parseMember(Buffer.concat([gzipSync(HEAD), ...pieces, gzipSync(`${TAIL}\n`)]), maxLineBytes);
}

async function parseMember(bytes: Buffer, maxLineBytes: number): Promise<Parsing> {
  const folder = await temporaryFolder();
  const archive = join(folder, 'export.zip');
  await writeFile(archive, zipOf([{ bytes }]));
  const raw = await checksumFile(archive);
  const window = parseHourWindow('2026-01-01T05');
  const task: ParseTask = { window, archive, folder, raw, maxLineBytes, limits: archiveLimits };
  const program = `
    import { parseHour } from ${JSON.stringify(new URL('../../amplitude/parse-hour.js', import.meta.url).href)};
    import { parseHere } from ${JSON.stringify(new URL('../support/parse-here.js', import.meta.url).href)};
    const never = new AbortController().signal;
    const hour = await parseHour(${JSON.stringify(task)}, parseHere, () => undefined, never);
    console.log(JSON.stringify({ hour, peak: process.resourceUsage().maxRSS / 1024 }));
  `;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', program]);
  return JSON.parse(stdout) as Parsing;
}

/** The SHA-256 of the one line that the hour's rejected part keeps, in constant memory. */
async function keptSha256({ parts }: ParsedHour): Promise<string> {
  const hash = createHash('sha256');
  const mark = '"base64":"';
  let head: string | undefined = '';
  let waiting = '';
  const file = createReadStream(parts[0]?.file ?? '').pipe(createGunzip({ chunkSize: MIB }));
  for await (const chunk of file as AsyncIterable<Buffer>) {
    waiting += chunk.toString('latin1');
    if (head !== undefined) {
      const end = waiting.indexOf(mark);
      if (end === -1) continue;
      head = undefined;
      waiting = waiting.slice(end + mark.length);
    }
    const whole = waiting.length - (waiting.length % 4);
    hash.update(Buffer.from(waiting.slice(0, whole), 'base64'));
    waiting = waiting.slice(whole);
  }
  return hash.digest('hex');
}

/** The SHA-256 of such a line, and what follows it. */
function lineSha256(mebibytes: number, after = ''): string {
  const hash = createHash('sha256').update(HEAD);
  for (let count = 0; count < mebibytes; count += 1) hash.update(MEBIBYTE);
  return hash.update(TAIL).update(after).digest('hex');
}

describe('a line of 100 MiB', () => {
  it('is rejected and kept whole, in no more memory than a line just over the limit takes', async () => {
    const large = await parseLine(100, DEFAULT_LIMIT);
    expect(large.hour).toMatchObject({ events: 0, rejected: 1 });
    expect(await keptSha256(large.hour)).toBe(lineSha256(100));
    const small = await parseLine(33, DEFAULT_LIMIT);
    expect(large.peak - small.peak).toBeLessThan(SLACK);
  });

  it('takes no more memory than a short one under a limit as small', async () => {
    const large = await parseLine(100, MIB);
    const small = await parseLine(1, MIB);
    expect([large.hour.rejected, small.hour.rejected]).toEqual([1, 1]);
    expect(large.peak - small.peak).toBeLessThan(SLACK);
  });

  it('is an event under a limit that is raised, in some times its own memory', async () => {
    const { hour, peak } = await parseLine(100, 128 * MIB);
    expect(hour).toMatchObject({ events: 1, rejected: 0 });
    const hash = createHash('sha256');
    for (const { file, start, bytes } of hour.parts) {
      const part = createReadStream(file, { start, end: start + bytes - 1 }).pipe(createGunzip());
      for await (const chunk of part as AsyncIterable<Buffer>) hash.update(chunk);
    }
    expect(hash.digest('hex')).toBe(lineSha256(100, '\n'));
    expect(peak).toBeLessThan(900);
  });
});

describe('a line that would be far more in memory than it is', () => {
  const depth = 16 * MIB - 4;
  const lines = [
    ['nested arrays', 1, `{"a":${'['.repeat(depth)}${']'.repeat(depth)}}`],
    ['arrays that nobody closes', 0, '['.repeat(DEFAULT_LIMIT)],
    ['small objects', 1, `{"a":[${'{},'.repeat(10 * MIB)}{}]}`],
  ] as const;

  it.each(lines)('is judged in little more than its own memory: %s', async (_name, events, line) => {
    const { hour, peak } = await parseMember(gzipSync(`${line}\n`, { level: 1 }), DEFAULT_LIMIT);
    expect(hour).toMatchObject({ events, rejected: 1 - events });
    expect(peak).toBeLessThan(400);
  });
});
