import { styleText } from 'node:util';
import { count, size, table } from '../terminal/format.ts';
import { heatmap, marks, type Paint } from './heatmap.ts';
import { allHourStates, hourStates, type HourState } from './hour-state.ts';
import type { Freshness, LedgerStatus } from './ledger-status.ts';

/** One format for each state: given a list of formats, Node 20 colours even where colours are off. */
const COLOURS = {
  complete: 'green',
  rejected: 'yellow',
  'outside window': 'bgYellow',
  empty: 'cyan',
  missing: 'bgRed',
  failed: 'bgMagenta',
  unreadable: 'bgMagenta',
  'not due': 'gray',
} as const satisfies Readonly<Record<HourState, string>>;

const REMOVAL_ADVICE = 'verify --repair removes them, or says which permission is missing';

/** Colours for text on a stream: none unless it is a terminal, none with NO_COLOR. */
export function painterFor(stream: NodeJS.WritableStream): Paint {
  return (state, text) => styleText(COLOURS[state], text, { stream, validateStream: true });
}

/** The status as text: heatmap, legend with counts, sums, freshness. */
export function statusText(status: LedgerStatus, paint: Paint): string {
  const { hours, counts, events, rejected, outsideWindow, bytes, notRemoved } = status;
  const outside = outsideWindow > 0 ? `${count(outsideWindow)} of other hours, ` : '';
  const occurring = allHourStates.filter((state) => counts[state] > 0);
  const legend = table(
    ['', 'state', 'hours', 'meaning'],
    occurring.map((state) => [marks[state], state, count(counts[state]), hourStates[state]]),
    ['hours'],
  );
  // The marks are coloured last, because the table counts every character as width.
  const painted = legend.split('\n').map((line, row) => {
    const state = occurring[row - 1];
    return state === undefined ? line : paint(state, marks[state]) + line.slice(1);
  });
  return [
    heatmap(status, paint),
    '',
    ...painted,
    '',
    `${count(hours.length)} hours, ${count(events)} events, ${outside}${count(rejected)} lines rejected, ${size(bytes)}`,
    freshnessText(status.freshness),
    ...(notRemoved > 0 ? [`${count(notRemoved)} superseded objects are still there: ${REMOVAL_ADVICE}`] : []),
  ].join('\n');
}

/** The freshness of an interval as a sentence. */
export function freshnessText({ newestLanded, newestDue, hoursBehind }: Freshness): string {
  if (newestDue === null) return 'none of these hours is due yet';
  if (newestLanded === null) return `no hour has landed; the newest due hour is ${newestDue}`;
  const behind = hoursBehind === 0 ? 'up to date' : `${count(hoursBehind)} h behind`;
  return `newest landed hour ${newestLanded}, newest due ${newestDue}: ${behind}`;
}
