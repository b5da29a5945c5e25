import { execFile } from 'node:child_process';
import type { RequestListener } from 'node:http';
import { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, it } from 'vitest';
import yazl from 'yazl';
import { parseHourWindow } from '../../core/hour-window.ts';
import { startHostileSource, type HostileSource } from '../support/hostile-source.ts';
import { openPipeline, type Pipeline } from '../support/pipeline.ts';

const landHour = fileURLToPath(new URL('land-hour.js', import.meta.url));

/**
 * Members in MiB: the first is so large that it is uploaded in parts; the others are uploaded whole, all at the same
 * time.
 */
const LARGE = [70, 50, 50];
const SMALL = LARGE.map((mebibytes) => mebibytes / 10);
/**
 * How much more memory the large hour may take than the small one, in MiB. It is 10 to 60, much of it for two parts in
 * upload, and was 91 once on a loaded machine; it is over 100 when a step holds the answer, a parsed member, or an object to
 * upload.
 */
const SLACK = 95;

/** One parse thread: each more takes memory of its own, whose amount no data changes, but few data do not use all of it. */
const ONE_THREAD = { PARSE_THREADS: '1' };

/** Garbage is collected soon, and glibc keeps little of the freed memory: what remains is in use. */
const FLAGS = ['--max-semi-space-size=1'];
const MALLOC = { MALLOC_ARENA_MAX: '1' };

const LINES = 1024;
const LINE = `{"server_upload_time":"2026-03-05 05:00:00.000000","text":"${'x'.repeat(962)}"}\n`;
/** A MiB of lines that gzip cannot make smaller. Gzip files may follow one another within a member. */
const MEBIBYTE = gzipSync(LINE.repeat(LINES), { level: 0 });

let pipeline: Pipeline;
let source: HostileSource;

beforeAll(async () => {
  pipeline = await openPipeline();
  source = await startHostileSource();
});

afterAll(async () => {
  await source.close();
  await pipeline.close();
});

/** Answers with a zip whose members have these sizes in MiB, made while it is sent. */
function sends(members: readonly number[]): RequestListener {
  return (_request, response) => {
    const zip = new yazl.ZipFile();
    for (const [index, mebibytes] of members.entries()) {
      zip.addReadStreamLazy(`7/7_2026-03-05_5#${index}.json.gz`, { compress: false }, (use) =>
        use(null, Readable.from(Array.from({ length: mebibytes }, () => MEBIBYTE))),
      );
    }
    zip.end();
    zip.outputStream.pipe(response.writeHead(200));
  };
}

/** The source has no data. */
const gone: RequestListener = (_request, response) => void response.writeHead(404).end();

/** Lands an hour in a process of its own: from the source, or `again` from its raw archive in the bucket. */
async function land(hour: string, ...again: 'again'[]): Promise<{ events: number; peak: number }> {
  const settings = { AMP_EXPORT_URL: source.url, ...ONE_THREAD };
  const env = { ...process.env, ...pipeline.env, ...MALLOC, ...settings };
  const { stdout } = await promisify(execFile)(process.execPath, [...FLAGS, landHour, hour, ...again], {
    env,
  });
  return JSON.parse(stdout) as { events: number; peak: number };
}

// The second uses the hours that the first has landed.
it.each([
  { from: 'from request to commit', again: [] },
  { from: 'from its raw archive to commit', again: ['again'] },
] as const)(
  'an hour of 170 MiB takes no more memory than one of a tenth of that size, $from',
  async ({ again }) => {
    source.answer(parseHourWindow('2026-03-05T05'), again.length > 0 ? gone : sends(LARGE));
    source.answer(parseHourWindow('2026-03-05T06'), again.length > 0 ? gone : sends(SMALL));
    const [large, small] = await Promise.all([
      land('2026-03-05T05', ...again),
      land('2026-03-05T06', ...again),
    ]);
    expect([large.events, small.events]).toEqual([170 * LINES, 17 * LINES]);
    expect(large.peak - small.peak).toBeLessThan(SLACK);
  },
  300_000,
);
