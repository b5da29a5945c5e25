import { describe, expect, it } from 'vitest';
import { parseHourWindow } from '../../../core/hour-window.ts';
import { hoursOf, parseInterval } from '../../../core/interval.ts';
import { BAD_LINE_KINDS } from '../../../local/sample-api/bad-lines.ts';
import { servedLines } from '../../../local/sample-api/oracle.ts';
import { planHour, plannedEvents, type HourVariation } from '../../../local/sample-api/sample-day.ts';
import { specialHours } from '../../../local/sample-api/special-hours.ts';

const options = { seed: 'days', projectId: 7 };
const week = hoursOf(parseInterval({ start: '2026-03-02T00', end: '2026-03-08T23' }));
const plans = week.map((window) => ({ hour: Number(window.slice(11)), plan: planHour(options, window) }));

function served(hour: string, variation?: HourVariation): string[] {
  const lines = servedLines(options, parseHourWindow(hour), variation);
  return Array.from(lines, ({ member, line }) => `${member} ${line.toString()}`);
}

function read({ line }: { line: Buffer }): unknown {
  try {
    return JSON.parse(new TextDecoder('utf8', { fatal: true, ignoreBOM: true }).decode(line));
  } catch {
    return 'unreadable';
  }
}

describe('the plan of a day', () => {
  it('has one empty hour, one busy hour and one with bad lines', () => {
    for (const { hour, plan } of plans) {
      expect(plan.members.length === 0).toBe(hour === specialHours.empty);
      expect(plannedEvents(plan) === 20_000).toBe(hour === specialHours.busy);
      expect(plan.members.some((member) => member.badLines.count > 0)).toBe(hour === specialHours.badLines);
      expect(plan.members.some((member) => member.manyStreams)).toBe(hour === specialHours.manyStreams);
    }
  });

  it('has a few hundred to two thousand events in every other hour', () => {
    const counts = plans
      .filter(({ hour }) => hour !== specialHours.empty && hour !== specialHours.busy)
      .map(({ plan }) => plannedEvents(plan));
    expect(Math.min(...counts)).toBeGreaterThanOrEqual(300);
    expect(Math.max(...counts)).toBeLessThanOrEqual(2000);
    expect(new Set(counts).size).toBeGreaterThan(100);
  });

  it('names members without padding the hour, from 0 or from 1', () => {
    const names = plans.flatMap(({ plan }) => plan.members.map((member) => member.name));
    expect(names.filter((name) => !/^7\/7_2026-03-0\d_(\d|1\d|2[0-3])#[0-4]\.json\.gz$/.test(name))).toEqual(
      [],
    );
    expect(new Set(names).size).toBe(names.length);
    const firsts = plans.flatMap(({ plan }) =>
      plan.members.slice(0, 1).map((member) => member.name.slice(-9, -8)),
    );
    expect(new Set(firsts)).toEqual(new Set(['0', '1']));
    expect(new Set(plans.map(({ plan }) => plan.members.length))).toEqual(new Set([0, 1, 2, 3, 4]));
  });

  it('has members with and without blank lines and a last newline, stored and deflated, in every mixture', () => {
    const members = plans.flatMap(({ plan }) => plan.members);
    const mixtures = members.map(
      ({ blankLines, finalNewline, deflated }) => `${blankLines} ${finalNewline} ${deflated}`,
    );
    expect(new Set(mixtures).size).toBe(8);
  });

  it('takes the size of the busy hour, down to an archive without any line', () => {
    const busy = parseHourWindow('2026-03-02T13');
    expect(plannedEvents(planHour({ ...options, busyEvents: 61 }, busy))).toBe(61);
    const none = planHour({ ...options, busyEvents: 0 }, busy);
    expect(none.members.length).toBe(4);
    expect(plannedEvents(none)).toBe(0);
  });

  it('has hours that are all alike on request, in stored members of equal size', () => {
    const alike = { ...options, eachHour: { events: 1000, members: 3 } };
    for (const window of week) {
      const { members } = planHour(alike, window);
      expect(members.map(({ events }) => events)).toEqual([
        { first: 0, count: 333 },
        { first: 333, count: 334 },
        { first: 667, count: 333 },
      ]);
      expect(
        members.some(({ deflated, manyStreams, badLines }) => deflated || manyStreams || badLines.count > 0),
      ).toBe(false);
      expect(members.every(({ blankLines, finalNewline }) => finalNewline && !blankLines)).toBe(true);
    }
  });

  it('adds events, or bad lines, and moves nothing else', () => {
    const plain = new Set(served('2026-03-02T10'));
    const more = served('2026-03-02T10', { moreEvents: true });
    expect(more.length).toBe(plain.size + 3);
    expect(more.filter((line) => plain.has(line)).length).toBe(plain.size);
    const bad = served('2026-03-02T10', { badLines: true });
    expect(bad.length).toBe(plain.size + BAD_LINE_KINDS);
    expect(served('2026-03-02T03', { moreEvents: true }).length).toBe(3);
  });

  it('is different for another seed', () => {
    const other = week.map((window) => plannedEvents(planHour({ ...options, seed: 'other' }, window)));
    expect(other).not.toEqual(plans.map(({ plan }) => plannedEvents(plan)));
  });
});

describe('bad lines', () => {
  const bad = [...servedLines(options, parseHourWindow('2026-03-02T17'))].filter((line) => line.bad);

  it('are in two members, one with events and one without', () => {
    expect(bad.length).toBe(2 * BAD_LINE_KINDS);
    expect(new Set(bad.map((line) => line.member)).size).toBe(2);
  });

  it('are never one JSON object in valid UTF-8', () => {
    const values = bad.map(read);
    expect(
      values.filter((value) => typeof value === 'object' && value !== null && !Array.isArray(value)),
    ).toEqual([]);
    expect(values).toEqual(expect.arrayContaining(['unreadable', 42, 'a bare string', [expect.any(Object)]]));
  });

  it('hold invalid UTF-8, a lone NUL and a byte order mark', () => {
    expect(bad.some(({ line }) => line.includes(Buffer.from([0x4d, 0xfc, 0x6c])))).toBe(true);
    expect(bad.some(({ line }) => line.equals(Buffer.from([0])))).toBe(true);
    expect(bad.some(({ line }) => line.subarray(0, 4).equals(Buffer.from([0xef, 0xbb, 0xbf, 0x7b])))).toBe(
      true,
    );
  });
});
