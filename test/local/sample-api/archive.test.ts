import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { parseHourWindow } from '../../../core/hour-window.ts';
import { archiveBytes, type ArchiveHour } from '../../../local/sample-api/archive.ts';
import { gzipStream } from '../../../local/sample-api/member-bytes.ts';
import { servedLines } from '../../../local/sample-api/oracle.ts';
import { planHour } from '../../../local/sample-api/sample-day.ts';
import { collect, expectedLines, linesOf, unzip } from './unpack.ts';

const options = { seed: 'archives', projectId: 7, busyEvents: 900 };

function archive(hour: string, how: Omit<ArchiveHour, 'plan'> = {}): Promise<Buffer> {
  return collect(archiveBytes(options, [{ plan: planHour(options, parseHourWindow(hour)), ...how }]));
}

describe('an archive', () => {
  it.each([
    ['a normal hour', '2026-01-01T10'],
    ['the hour of many gzip streams', '2026-01-01T07'],
    ['the busy hour', '2026-01-01T13'],
    ['the hour of bad lines', '2026-01-01T17'],
  ])('holds exactly the lines that the oracle names: %s', async (_, hour) => {
    const members = await unzip(await archive(hour));
    const expected = expectedLines(servedLines(options, parseHourWindow(hour)));
    expect(expected.length).toBeGreaterThan(300);
    expect(linesOf(members)).toEqual(expected);
    expect(members.every((member) => member.crcMatches)).toBe(true);
  });

  it('holds exactly the lines that the oracle names: hours that are alike', async () => {
    const alike = { ...options, eachHour: { events: 1200, members: 3 } };
    const window = parseHourWindow('2026-01-01T03');
    const members = await unzip(await collect(archiveBytes(alike, [{ plan: planHour(alike, window) }])));
    expect(members.map(({ stored }) => stored)).toEqual([true, true, true]);
    expect(linesOf(members)).toEqual(expectedLines(servedLines(alike, window)));
  });

  it('names and packs its members as the plan says', async () => {
    const plan = planHour(options, parseHourWindow('2026-01-01T13'));
    const members = await unzip(await archive('2026-01-01T13'));
    expect(members.map(({ name, stored }) => ({ name, deflated: !stored }))).toEqual(
      plan.members.map(({ name, deflated }) => ({ name, deflated })),
    );
    expect(new Set(members.map((member) => member.stored))).toEqual(new Set([true, false]));
  });

  it('has a member of several gzip streams, some of which end within a line', async () => {
    const members = await unzip(await archive('2026-01-01T07'));
    const packed = members.at(-1)?.packed ?? Buffer.alloc(0);
    const magic = Buffer.from([0x1f, 0x8b, 0x08, 0, 0, 0, 0, 0]);
    const second = packed.indexOf(magic, 1);
    expect(second).toBeGreaterThan(0);
    const firstPart = gunzipSync(packed.subarray(0, second));
    expect(firstPart.at(-1)).not.toBe(0x0a);
    expect(gunzipSync(packed).length).toBeGreaterThan(firstPart.length);
  });

  it('ends some members without a newline, has blank lines in some, and no carriage return', async () => {
    const texts: string[] = [];
    for (let hour = 5; hour < 15; hour += 1) {
      const members = await unzip(await archive(`2026-01-01T${String(hour).padStart(2, '0')}`));
      texts.push(...members.map((member) => gunzipSync(member.packed).toString('latin1')));
    }
    expect(new Set(texts.map((text) => text.endsWith('\n')))).toEqual(new Set([true, false]));
    expect(texts.some((text) => !/^\s*\n/m.test(text))).toBe(true);
    expect(texts.some((text) => text.includes('\n\n'))).toBe(true);
    expect(texts.some((text) => text.includes('\n \t\n'))).toBe(true);
    expect(texts.some((text) => text.includes('\r'))).toBe(false);
  });

  it('is the same bytes each time, and other bytes with the same lines when repacked', async () => {
    const first = await archive('2026-01-01T10');
    expect((await archive('2026-01-01T10')).equals(first)).toBe(true);
    const again = await archive('2026-01-01T10', { repacked: true });
    expect(again.equals(first)).toBe(false);
    expect(linesOf(await unzip(again))).toEqual(linesOf(await unzip(first)));
  });

  it('damages a member so that only gzip notices', async () => {
    const whole = await unzip(await archive('2026-01-01T13'));
    const members = await unzip(await archive('2026-01-01T13', { damage: 'corrupt-member' }));
    expect(members.every((member) => member.crcMatches)).toBe(true);
    expect(() => gunzipSync(members[0]?.packed ?? '')).toThrow(/invalid|incorrect/);
    expect(members.slice(1)).toEqual(whole.slice(1));
  });

  it('damages a member so that its CRC-32 is wrong, wherever its hour is in the request', async () => {
    const hours = ['2026-01-01T12', '2026-01-01T13'].map((hour): ArchiveHour => ({
      plan: planHour(options, parseHourWindow(hour)),
      damage: hour.endsWith('13') ? 'bad-crc' : undefined,
    }));
    const members = await unzip(await collect(archiveBytes(options, hours)));
    const damaged = members.filter((member) => !member.crcMatches);
    expect(damaged.map((member) => member.name)).toEqual([hours[1]?.plan.members[0]?.name]);
    expect(members.length).toBe(hours.reduce((sum, hour) => sum + hour.plan.members.length, 0));
  });

  it('is not made any further when its reader leaves', async () => {
    const plan = planHour({ ...options, busyEvents: 50_000_000 }, parseHourWindow('2026-01-01T13'));
    const bytes = archiveBytes(options, [{ plan }]);
    expect((await bytes.next()).done).toBe(false);
    await bytes.return(undefined);
    let ended = false;
    function* endless(): Generator<Buffer> {
      try {
        for (;;) yield Buffer.alloc(1000);
      } finally {
        ended = true;
      }
    }
    for await (const chunk of gzipStream(endless(), 4, false)) {
      expect(chunk.length).toBeGreaterThan(0);
      break;
    }
    await expect.poll(() => ended).toBe(true);
  });
});
