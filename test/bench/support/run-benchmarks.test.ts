import { readdir } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import type { Benchmark } from '../../../bench/support/benchmark.ts';
import type { BenchReport } from '../../../bench/support/report.ts';
import { runBenchmarks } from '../../../bench/support/run-benchmarks.ts';
import { temporaryFolder } from '../../support/archives.ts';

const good: Benchmark = async () => [
  { what: 'ratio of speeds', value: 0.61, unit: 'ratio', runs: 5, limit: { atLeast: 0.55 } },
  { what: 'speed', value: 345.6, unit: 'MB/s per CPU s', runs: 5, note: 'one thread' },
];
const bad: Benchmark = async () => [
  { what: 'peak memory', value: 301, unit: 'MiB', runs: 1, limit: { atMost: 300 } },
];

async function run(benchmarks: Readonly<Record<string, Benchmark>>, json: boolean, small = false) {
  const printed: string[] = [];
  const said: string[] = [];
  const exitCode = await runBenchmarks(new Map(Object.entries(benchmarks)), {
    folder: await temporaryFolder(),
    small,
    json,
    print: (text) => printed.push(text),
    say: (text) => said.push(text),
  });
  return { exitCode, printed, said };
}

describe('benchmarks', () => {
  it('have the exit code 1 when one limit of one of them is broken', async () => {
    expect((await run({ good }, false)).exitCode).toBe(0);
    expect((await run({ bad, good }, false)).exitCode).toBe(1);
    expect((await run({ good, bad }, true)).exitCode).toBe(1);
  });

  it('print one JSON document, with the machine and each figure', async () => {
    const { printed, said } = await run({ good, bad }, true);
    expect(printed.length).toBe(1);
    const report = JSON.parse(printed[0] ?? '') as BenchReport;
    expect(Object.keys(report)).toEqual(['date', 'machine', 'small', 'benchmarks']);
    expect(new Date(report.date).toISOString()).toBe(report.date);
    expect(report.machine).toEqual({
      cpu: expect.any(String),
      cores: expect.any(Number),
      memoryGiB: expect.any(Number),
      node: process.version,
    });
    expect(report.benchmarks).toEqual([
      {
        name: 'good',
        figures: [
          {
            what: 'ratio of speeds',
            value: 0.61,
            unit: 'ratio',
            runs: 5,
            limit: { atLeast: 0.55 },
            met: true,
          },
          { what: 'speed', value: 345.6, unit: 'MB/s per CPU s', runs: 5, note: 'one thread', met: null },
        ],
      },
      {
        name: 'bad',
        figures: [
          { what: 'peak memory', value: 301, unit: 'MiB', runs: 1, limit: { atMost: 300 }, met: false },
        ],
      },
    ]);
    expect(said).toEqual(['good begins', 'bad begins']);
  });

  it('print tables for people, with limits, notes and the machine', async () => {
    const { printed } = await run({ good, bad }, false);
    const lines = (printed[0] ?? '').split('\n');
    expect(lines).toContainEqual(
      expect.stringMatching(/^ratio of speeds +0\.61 +ratio +5 +at least 0\.55 +met$/),
    );
    expect(lines).toContainEqual(expect.stringMatching(/^speed +346 +MB\/s per CPU s +5$/));
    expect(lines).toContainEqual(expect.stringMatching(/^peak memory +301 +MiB +1 +at most 300 +NOT MET$/));
    expect(lines).toContain('speed: one thread');
    expect(lines.at(-1)).toContain(process.version);
  });

  it('say that figures of small data mean nothing', async () => {
    expect((await run({ good }, false, true)).printed[0]).toMatch(/mean nothing\.$/);
    expect((await run({ good }, false)).printed[0]).not.toContain('nothing');
  });

  it('get a folder each', async () => {
    const folders: string[] = [];
    const sees: Benchmark = async ({ folder }) => {
      expect(await readdir(folder)).toEqual([]);
      folders.push(folder);
      return [];
    };
    await run({ one: sees, two: sees }, false);
    expect(new Set(folders).size).toBe(2);
  });
});
