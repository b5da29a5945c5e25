import { createHash } from 'node:crypto';
import { count, size } from '../../terminal/format.ts';
import { allHourStates, hourStates } from '../hour-state.ts';
import { landedCount, type LedgerStatus } from '../ledger-status.ts';
import { attentionTable } from './attention.ts';
import { dayMap } from './day-map.ts';
import { hourChart } from './hour-chart.ts';
import { pageData } from './hour-details.ts';
import { embeddedJson, Markup, markup } from './markup.ts';
import { pageScript } from './page-script.ts';
import { pageStyle } from './page-style.ts';
import type { WebUi } from '../../../core/run-link.ts';

/** The title and date of the page, and where its links lead. */
export interface PageOptions extends WebUi {
  /** Bucket and prefix, for the title. */
  readonly ledger: string;
  readonly madeAt: Date;
}

/**
 * The status as one HTML page that needs neither network nor server. Its content security policy allows only its own
 * script and style, in case a text from a manifest gets past the escaping.
 */
export function statusPage(status: LedgerStatus, options: PageOptions): string {
  const { start, end } = status.interval;
  const rejected =
    status.rejected === 0
      ? markup`<p class="quiet">No line was rejected.</p>`
      : markup`<div class="frame">${hourChart(status, { field: 'rejected', words: 'rejected lines' })}</div>`;
  const policy = `default-src 'none'; style-src ${hashOf(pageStyle)}; script-src ${hashOf(pageScript)}; base-uri 'none'; form-action 'none'`;
  const page = markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${options.ledger}: ${start} to ${end}</title>
<style>${new Markup(pageStyle)}</style>
</head>
<body>
<header>
<h1>${options.ledger}</h1>
<p class="quiet">Amplitude export, ${start} to ${end} (UTC hours of arrival), as of
<time>${options.madeAt.toISOString().slice(0, 16)}Z</time></p>
</header>
<main>
${tiles(status)}
<h2>Hours</h2>
<div class="frame">${dayMap(status)}</div>
${legend(status)}
<section id="hour" aria-live="polite" aria-label="The chosen hour">
<p class="quiet">Choose an hour in the map: click, or use the arrow keys.</p>
</section>
<h2>Events an hour</h2>
<div class="frame">${hourChart(status, { field: 'events', words: 'events' })}</div>
<h2>Rejected lines an hour</h2>
${rejected}
<h2>What needs attention</h2>
${attentionTable(status)}
</main>
<script type="application/json" id="data">${embeddedJson(pageData(status.hours, options))}</script>
<script type="module">${new Markup(pageScript)}</script>
</body>
</html>
`;
  return page.text;
}

function hashOf(source: string): string {
  return `'sha256-${createHash('sha256').update(source).digest('base64')}'`;
}

function tiles(status: LedgerStatus): Markup {
  const { hours, counts, events, rejected, outsideWindow, bytes, freshness } = status;
  const { newestLanded, newestDue, hoursBehind } = freshness;
  // Not counts.rejected: hours with rejected lines may be in another state.
  const hoursWithRejected = hours.filter(({ summary }) => (summary?.rejected ?? 0) > 0).length;
  const due = hours.length - counts['not due'];
  const landed = landedCount(status);
  // Rounded down, so that 100 % means all hours.
  const share = due === 0 ? '' : `${Math.floor((landed / due) * 10_000) / 100} %`;
  const behind = hoursBehind === 0 ? 'up to date' : `${count(hoursBehind)} h behind`;
  return markup`<dl class="tiles">
${tile('Freshness', newestDue === null ? 'nothing due' : behind, `newest landed hour: ${newestLanded ?? 'none'}`, hoursBehind === 0 ? '' : 'late')}
${tile('Landed', share, `${count(landed)} of ${count(due)} due hours`, landed < due ? 'late' : '')}
${tile('Events', count(events), `${size(bytes)} in all files`)}
${tile('Rejected lines', count(rejected), `hours with any: ${count(hoursWithRejected)}`)}
${tile('Events of other hours', count(outsideWindow), `hours with any: ${count(counts['outside window'])}`)}
</dl>`;
}

function tile(name: string, value: string, note: string, look = ''): Markup {
  return markup`<div class="${look}"><dt>${name}</dt><dd>${value}<small>${note}</small></dd></div>`;
}

function legend({ counts }: LedgerStatus): Markup {
  const items = allHourStates.map((state) => {
    const looks = state === 'complete' ? ['l1', 'l2', 'l3', 'l4'] : [state.replace(' ', '-')];
    const swatches = looks.map((look) => markup`<i class="swatch ${look}"></i>`);
    const note = state === 'complete' ? ' (stronger: more events)' : '';
    return markup`<li title="${hourStates[state]}">${swatches}${state} <span class="quiet">${count(counts[state])}${note}</span></li>\n`;
  });
  return markup`<ul class="legend">${items}</ul>`;
}
