import { describe, expect, it } from 'vitest';
import { chartOf } from '../../../bench/support/chart.ts';
import { judge, thisMachine } from '../../../bench/support/report.ts';

const report = {
  date: '2026-12-01T10:00:00.000Z',
  machine: { ...thisMachine(), cpu: 'A <fast> & new CPU' },
  small: false,
  benchmarks: [
    judge('parse', [
      { what: 'this project', value: 300, unit: 'MB/s per CPU s', runs: 5 },
      { what: 'inflate and count newlines', value: 600, unit: 'MB/s per CPU s', runs: 5 },
      { what: 'ratio', value: 0.5, unit: 'ratio', runs: 5, limit: { atLeast: 0.55 } },
    ]),
    judge('memory', [
      { what: 'an hour', value: 150, unit: 'MiB', runs: 1, limit: { atMost: 300 } },
      { what: 'another', value: 3000, unit: 'MiB', runs: 1, limit: { atMost: 300 } },
    ]),
  ],
};

describe('the chart', () => {
  const svg = chartOf(report);
  /** Width and colour of each bar, in order. */
  const bars = [...svg.matchAll(/width="([\d.]+)" height="14" fill="(\S+)"/g)].map(([, width, colour]) => ({
    width: Number(width),
    colour,
  }));

  it('has a bar for each speed, relative to the fastest', () => {
    const [ours, inflate] = bars;
    expect(ours?.width).toBeCloseTo((inflate?.width ?? 0) / 2, 0);
    expect(ours?.colour).not.toBe(inflate?.colour);
  });

  it('has a bar for each limit, relative to the limit, never beyond the picture', () => {
    const [, , ratio, hour, other] = bars;
    expect(bars.length).toBe(5);
    expect((ratio?.width ?? 0) / (hour?.width ?? 1)).toBeCloseTo(0.5 / 0.55 / 0.5, 1);
    expect(other?.width).toBeCloseTo((hour?.width ?? 0) * 4, 0);
    expect(ratio?.colour).toBe(other?.colour);
    expect(ratio?.colour).not.toBe(hour?.colour);
  });

  it('says values, limits, machine and date, as XML', () => {
    expect(svg).toContain('>parse: ratio<');
    expect(svg).toContain('>0.50 ratio, at least 0.55<');
    expect(svg).toContain('>2026-12-01, A &lt;fast> &amp; new CPU, ');
  });

  it('leaves out what a report does not have', () => {
    const [, memory] = report.benchmarks;
    const alone = chartOf({ ...report, benchmarks: memory === undefined ? [] : [memory] });
    expect(alone).not.toContain('CPU second');
    expect(alone).not.toContain('NaN');
    expect(chartOf({ ...report, benchmarks: [] })).not.toMatch(/NaN|Infinity/);
  });
});
