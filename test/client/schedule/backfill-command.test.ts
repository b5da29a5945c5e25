import { describe, expect, it } from 'vitest';
import { scheduleBackfillCommand } from '../../../client/schedule/backfill-command.ts';
import { planSchedule, type ScheduleRequest } from '../../../client/schedule/schedule-plan.ts';
import { HOUR_MS } from '../../../core/hour-window.ts';
import { parseInterval } from '../../../core/interval.ts';

const local = { address: '127.0.0.1:7233', namespace: 'default', connectionOptions: {} };
const days = { start: '2026-01-30T00', end: '2026-02-01T23' };

function commandFor(
  request: ScheduleRequest,
  range: { start: string; end: string },
  { dueAfterMs = 3 * HOUR_MS, temporal = local } = {},
): string {
  return scheduleBackfillCommand(
    planSchedule(request, 'amplitude-export'),
    parseInterval(range),
    dueAfterMs,
    temporal,
  );
}

describe('scheduleBackfillCommand', () => {
  it.each([
    ["a month's end", {}, days, '2026-01-31T00:00:00Z', '2026-02-02T23:59:59Z'],
    [
      'a leap day',
      {},
      { start: '2024-02-28T00', end: '2024-02-29T23' },
      '2024-02-29T00:00:00Z',
      '2024-03-01T23:59:59Z',
    ],
    [
      'a change of clocks',
      {},
      { start: '2026-03-29T00', end: '2026-03-29T23' },
      '2026-03-30T00:00:00Z',
      '2026-03-30T23:59:59Z',
    ],
    ['days three days back', { daysBack: 3 }, days, '2026-02-02T00:00:00Z', '2026-02-04T23:59:59Z'],
    ['the days themselves', { daysBack: 0 }, days, '2026-01-30T00:00:00Z', '2026-02-01T23:59:59Z'],
    [
      'hours, each once it is due',
      { everyHour: true },
      { start: '2026-01-31T22', end: '2026-02-01T01' },
      '2026-02-01T01:00:00Z',
      '2026-02-01T04:59:59Z',
    ],
  ])('spans the nominal times of %s', (_, request, range, from, to) => {
    const command = commandFor({ id: 'mine', ...request }, range);
    expect(command).toBe(
      `temporal schedule backfill --schedule-id mine --start-time ${from} --end-time ${to} --overlap-policy AllowAll`,
    );
  });

  it('handles hours that are due at half past', () => {
    const command = commandFor({ everyHour: true }, days, { dueAfterMs: 1.5 * HOUR_MS });
    expect(command).toContain('--start-time 2026-01-30T01:30:00Z --end-time 2026-02-02T01:29:59Z');
  });

  it('names the server and the namespace when they are not the defaults of the CLI', () => {
    const temporal = { ...local, address: 'temporal.example:7233', namespace: 'exports' };
    expect(commandFor({}, days, { temporal })).toMatch(
      / --overlap-policy AllowAll --address temporal\.example:7233 --namespace exports$/,
    );
  });

  it('quotes an id that a shell would split', () => {
    expect(commandFor({ id: "Tom's export" }, days)).toContain(String.raw` --schedule-id 'Tom'\''s export' `);
  });
});
