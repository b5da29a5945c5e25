import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { allMet, type BenchReport } from '../../bench/support/report.ts';
import { temporaryFolder } from '../support/archives.ts';
import { startScript } from '../support/command-line.ts';

const main = fileURLToPath(new URL('../../bench/main.js', import.meta.url));

/** The figures of each benchmark that must be there. */
const FIGURES: Readonly<Record<string, readonly string[]>> = {
  parse: [
    'this project',
    'inflate and count newlines',
    'JSON.parse of each line',
    'Python script, first member',
    'this project / inflate and count',
    'this project / JSON.parse',
    'this project / Python',
    'unpacked / packed bytes',
    'peak memory of this project',
    'two threads / one, by the clock',
    'two processes / one, by the clock',
    'two threads / two processes',
  ],
  'small-hours': [
    'JSON.parse in a new thread',
    'worker, 4 hours in flight',
    'worker, 4 hours in flight / JSON.parse in a new thread',
    'peak memory, 4 hours in flight',
    'worker, 16 hours in flight',
    'worker, 16 hours in flight / JSON.parse in a new thread',
    'peak memory, 16 hours in flight',
  ],
  hour: [
    'the hour, by the clock',
    'floor: download',
    'floor: inflate and count newlines',
    'floor: upload',
    'CPU time of worker',
    'CPU time of Temporal',
    'CPU time of S3',
    'the hour / sum of its floors',
  ],
  memory: [
    'worker, an hour of 200 MB',
    'worker, an hour of 8 GB',
    '8 GB more than 200 MB',
    'worker, one member of 2 GB',
  ],
  orchestration: [
    'bare fan-out',
    'backfill',
    'backfill',
    'backfill / bare fan-out',
    'an empty hour',
    'an hour of three members',
    'landed',
    'longest history',
    'most hours in flight',
  ],
  parquet: ['parse and Parquet, one thread', 'peak memory of one thread', 'peak memory of the worker'],
  metrics: [
    'worker without metrics',
    'worker with metrics',
    'with metrics / without',
    'peak memory without metrics',
    'peak memory with metrics',
  ],
  status: [
    'cold cache: read a year',
    'cold cache: read a year',
    'cold cache: page and text',
    'warm cache: read a year',
    'warm cache: read a year',
    'warm cache: page and text',
  ],
};

describe('a benchmark', () => {
  it.each(Object.keys(FIGURES))('measures everything on small data, and leaves no file: %s', async (name) => {
    const TMPDIR = await temporaryFolder();
    const { code, out, err } = await startScript(main, [name, '--small', '--json'], { TMPDIR }).ended;
    expect(err).toMatch(new RegExp(`^${name} begins\n`));
    const report = JSON.parse(out) as BenchReport;
    expect(report).toMatchObject({ small: true, benchmarks: [{ name }] });
    const figures = report.benchmarks.flatMap((benchmark) => benchmark.figures);
    expect(figures.map(({ what }) => what)).toEqual(FIGURES[name]);
    for (const { value } of figures) expect(value).toEqual(expect.any(Number));
    expect(code).toBe(allMet(report) ? 0 : 1);
    expect(await readdir(TMPDIR)).toEqual([]);
  });

  it('with a Temporal runtime ends at SIGTERM and leaves no file', async () => {
    const TMPDIR = await temporaryFolder();
    const bench = startScript(main, ['orchestration'], { TMPDIR });
    await bench.saying(/are up after/);
    bench.child.kill('SIGTERM');
    expect(await bench.ended).toMatchObject({
      code: 143,
      out: '',
      err: expect.stringMatching(/^orchestration begins\nTemporal and seaweedfs are up after \S+ s\n$/),
    });
    expect(await readdir(TMPDIR)).toEqual([]);
  });

  it.each([['speed'], [''], ['parse', '--jsn'], ['chart', 'report.json']])(
    'that is not there, or an unknown option, is wrong usage: %s %s',
    async (...args) => {
      const { code, err } = await startScript(main, args, {}).ended;
      expect(code).toBe(2);
      expect(err).toMatch(
        /^usage: npm run bench -- NAME .* NAME is one of parse, small-hours, hour, memory, orchestration, parquet, metrics, status, or all\n/,
      );
    },
  );
});

it('the chart is drawn from a report', async () => {
  const folder = await temporaryFolder();
  const [report, picture] = [join(folder, 'report.json'), join(folder, 'picture.svg')];
  const benchmarks = [{ name: 'memory', figures: [] }];
  await writeFile(report, JSON.stringify({ date: '2026-12-01', machine: { cpu: 'A' }, benchmarks }));
  expect(await startScript(main, ['chart', report, picture], {}).ended).toEqual({
    code: 0,
    out: '',
    err: '',
  });
  expect(await readFile(picture, 'utf8')).toMatch(/^<svg [^]*<\/svg>\n$/);
});
