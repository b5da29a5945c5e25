import { PassThrough } from 'node:stream';
import { WriteStream } from 'node:tty';
import { stripVTControlCharacters } from 'node:util';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { allHourStates } from '../../../client/status/hour-state.ts';
import { freshnessText, painterFor, statusText } from '../../../client/status/status-text.ts';
import { parseHourWindow } from '../../../core/hour-window.ts';
import { statusWith } from '../../support/status-with.ts';

/** A terminal with colours, unless NO_COLOR is set; nothing else in this process's environment counts. */
const terminal = Object.assign(new PassThrough(), {
  isTTY: true,
  getColorDepth: (): number =>
    WriteStream.prototype.getColorDepth({ TERM: 'xterm-256color', NO_COLOR: process.env['NO_COLOR'] }),
});

/** Like a user's terminal, without the two variables that decide about colours. */
function unsetColours(): void {
  for (const name of ['NO_COLOR', 'FORCE_COLOR']) vi.stubEnv(name, undefined);
}

afterEach(() => vi.unstubAllEnvs());

describe('colours', () => {
  it.each(allHourStates)('paint %s on a terminal, and nowhere else', (state) => {
    unsetColours();
    const painted = painterFor(terminal)(state, 'x');
    expect(painted.startsWith('\u001B[')).toBe(true);
    expect(stripVTControlCharacters(painted)).toBe('x');
    expect(painterFor(new PassThrough())(state, 'x')).toBe('x');
  });

  it('are left out with NO_COLOR', () => {
    unsetColours();
    vi.stubEnv('NO_COLOR', '1');
    expect(allHourStates.map((state) => painterFor(terminal)(state, 'x'))).toEqual(
      allHourStates.map(() => 'x'),
    );
  });
});

describe('the status for people', () => {
  it('explains the states that occur, sums up, and says how fresh it is', () => {
    const status = statusWith('2026-01-01T00', '2026-01-01T03', '2026-01-01T03', (window) =>
      window === '2026-01-01T03' ? 'missing' : 'rejected',
    );
    const text = statusText(status, (_, mark) => mark);
    expect(text).toMatch(/^! {2}rejected +3 {2}landed, with rejected lines/m);
    expect(text).toMatch(/^\. {2}missing +1 {2}due, not landed/m);
    expect(text).not.toContain('not due');
    expect(text).toContain('\n4 hours, 300 events, 9 lines rejected, 3.0 kB\n');
    expect(text).toMatch(/newest landed hour 2026-01-01T02, newest due 2026-01-01T03: 1 h behind$/);
  });

  it('says how many events are of other hours', () => {
    const status = statusWith('2026-01-01T00', '2026-01-01T01', '2026-01-01T01', () => 'outside window');
    const text = statusText(status, (_, mark) => mark);
    expect(text).toMatch(/^~ {2}outside window +2 {2}landed, with events that arrived in other hours$/m);
    expect(text).toContain('\n2 hours, 200 events, 80 of other hours, 0 lines rejected, 2.0 kB\n');
  });

  it.each([
    ['2026-01-01T05', '2026-01-01T05', 0, /: up to date$/],
    [null, '2026-01-01T05', 6, /^no hour has landed; the newest due hour is 2026-01-01T05$/],
    [null, null, 0, /^none of these hours is due yet$/],
  ])('says of newest landed %s and newest due %s what it means', (landed, due, hoursBehind, text) => {
    const newestLanded = landed === null ? null : parseHourWindow(landed);
    const newestDue = due === null ? null : parseHourWindow(due);
    expect(freshnessText({ newestLanded, newestDue, hoursBehind })).toMatch(text);
  });
});
