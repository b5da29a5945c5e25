import { remedyFor } from '../../../core/error-types.ts';
import { count } from '../../terminal/format.ts';
import { stretchesOf, type HourState, type Stretch } from '../hour-state.ts';
import type { LedgerStatus } from '../ledger-status.ts';
import { markup, type Markup } from './markup.ts';

/** What to do about the hours of a state, the worst state first. */
const ADVICE = {
  unreadable: ({ hours }) =>
    markup`${hours.map(({ problem = '' }) => markup`<p>${problem}</p>`)}<p>${remedyFor('ManifestUnreadable').whatToDo}</p>`,
  failed: (stretch) => markup`see <code>logs/</code> in the bucket, then ${exportThem(stretch)}`,
  missing: exportThem,
  'outside window': ({ first, last }) =>
    markup`readers of the bucket may see these events twice; find out why the source gives them, then <code>amplitude-export run --from ${first} --to ${last} --reprocess</code>`,
  rejected: () => markup`the lines and their reasons are under <code>rejected/</code> in the bucket`,
} as const satisfies Partial<Record<HourState, (stretch: Stretch) => Markup>>;

/**
 * A table of the hours that need attention: the worst state first, and in each state the newest hours first. Neighbours
 * in the same state share a row.
 */
export function attentionTable({ hours }: LedgerStatus): Markup {
  const newestFirst = stretchesOf(hours).toReversed();
  const rows = Object.entries(ADVICE).flatMap(([state, advice]) =>
    newestFirst.filter((stretch) => stretch.state === state).map((stretch) => row(stretch, advice(stretch))),
  );
  if (rows.length === 0)
    return markup`<p>Nothing: every due hour has landed with events of its own, and no line was rejected.</p>`;
  return markup`<div class="frame"><table>
<thead><tr><th scope="col">State</th><th scope="col">Hours</th><th scope="col" class="number">Count</th>
<th scope="col" class="number">Events</th><th scope="col" class="number">Of other hours</th>
<th scope="col" class="number">Rejected</th><th scope="col">What to do</th></tr></thead>
<tbody>
${rows}</tbody></table></div>`;
}

function row({ state, hours, first, last }: Stretch, advice: Markup): Markup {
  const sum = (name: 'events' | 'rejected' | 'outsideWindow'): string =>
    count(hours.reduce((total, { summary }) => total + (summary?.[name] ?? 0), 0));
  const until = first === last ? markup`` : markup` to <a href="#${last}">${last}</a>`;
  return markup`<tr><td><i class="swatch ${state.replace(' ', '-')}"></i>${state}</td><td><a href="#${first}">${first}</a>${until}</td>
<td class="number">${count(hours.length)}</td><td class="number">${sum('events')}</td>
<td class="number">${sum('outsideWindow')}</td><td class="number">${sum('rejected')}</td><td>${advice}</td></tr>
`;
}

function exportThem({ first, last }: Stretch): Markup {
  return markup`<code>amplitude-export run --from ${first} --to ${last}</code>`;
}
