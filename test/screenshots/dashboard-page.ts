import { size } from '../../client/terminal/format.ts';
import { markup, type Markup } from '../../client/status/page/markup.ts';
import type { Panel } from '../support/prometheus/deployed.ts';
import type { Series } from '../support/prometheus/server.ts';

/** A panel of the dashboard, and the lines of its chart. */
export interface FilledPanel {
  readonly panel: Panel;
  readonly lines: readonly { readonly name: string; readonly points: Series['points'] }[];
}

/** The time that the charts show, in seconds since the epoch, and the seconds between two values. */
export interface Shown {
  readonly from: number;
  readonly to: number;
  readonly step: number;
}

/** Pixels of a column and of a row of Grafana's grid. */
const [COLUMN, ROW] = [54, 22];
/** Pixels around a chart, inside its panel. */
const [LEFT, TOP, BOTTOM] = [58, 36, 40];
const COLOURS = ['#2563eb', '#f59e0b', '#16a34a', '#dc2626', '#7c3aed', '#0891b2', '#db2777', '#65a30d'];
const NUMBER = new Intl.NumberFormat('en', { notation: 'compact', maximumSignificantDigits: 3 });

/** A page that draws the panels where Grafana would. It is for a picture, so it shows less than Grafana does. */
export function dashboardPage(title: string, panels: readonly FilledPanel[], shown: Shown): string {
  return markup`<!doctype html><meta charset="utf-8"><title>${title}</title><style>
body { margin: 8px; width: ${24 * COLUMN}px; position: relative; font: 12px sans-serif; color: #1e293b; background: #f1f5f9 }
section { position: absolute; box-sizing: border-box; padding: 6px 8px; background: #fff; border: 1px solid #cbd5e1; border-radius: 4px }
h2, h3 { margin: 0; font-size: 12px } h2 { position: absolute; font-size: 14px }
p { margin: 10px 0; font-size: 26px; text-align: center }
svg { position: absolute; left: 0; top: 0 } svg text { font-size: 10px; fill: #64748b }
</style>${panels.map((filled) => drawn(filled, shown))}`.text;
}

/** The height of the page, in pixels. */
export function pageHeight(panels: readonly FilledPanel[]): number {
  return Math.max(...panels.map(({ panel: { gridPos } }) => (gridPos.y + gridPos.h) * ROW)) + 24;
}

function drawn({ panel, lines }: FilledPanel, shown: Shown): Markup {
  const { x, y, w, h } = panel.gridPos;
  const place = `left: ${x * COLUMN + 8}px; top: ${y * ROW + 8}px; width: ${w * COLUMN - 6}px; height: ${h * ROW - 6}px`;
  if (panel.type === 'row') return markup`<h2 style="${place}">${panel.title}</h2>`;
  const { unit = '', decimals = 2 } = panel.fieldConfig?.defaults ?? {};
  const last = lines[0]?.points.at(-1)?.[1];
  const content =
    panel.type === 'stat'
      ? markup`<p>${last === undefined ? 'no data' : written(Number(last.toFixed(decimals)), unit)}</p>`
      : chart({ panel, lines }, unit, shown, { width: w * COLUMN - 6, height: h * ROW - 6 });
  return markup`<section style="${place}"><h3>${panel.title}</h3>${content}</section>`;
}

function chart(
  { panel, lines }: FilledPanel,
  unit: string,
  { from, to, step }: Shown,
  { width, height }: { readonly width: number; readonly height: number },
): Markup {
  const stacked = panel.fieldConfig?.defaults.custom !== undefined;
  const base = height - BOTTOM;
  const sums = new Map<number, number>();
  for (const [time, value] of lines.flatMap(({ points }) => points))
    sums.set(time, stacked ? (sums.get(time) ?? 0) + value : Math.max(sums.get(time) ?? 0, value));
  const top = Math.max(...sums.values(), 0) || 1;
  const xOf = (time: number): number => LEFT + ((time - from) / (to - from)) * (width - LEFT - 10);
  const yOf = (value: number): number => base - (value / top) * (base - TOP);
  const grid = [0, top / 2, top].map(
    (value) => markup`<path stroke="#e2e8f0" d="M${LEFT} ${yOf(value)}H${width - 10}"/>
<text text-anchor="end" x="${LEFT - 4}" y="${yOf(value) + 4}">${written(value, unit)}</text>`,
  );
  const below = new Map<number, number>();
  const barWidth = Math.max(1, xOf(from + step) - xOf(from) - 0.5);
  const colours = lines.map(({ name }, index) => colourOf(panel, name, index));
  const shapes = lines.map(({ points }, index) => {
    const colour = colours[index] ?? '';
    if (!stacked) {
      const path = points.map(([time, value], at) => `${at === 0 ? 'M' : 'L'}${xOf(time)} ${yOf(value)}`);
      return markup`<path fill="none" stroke="${colour}" stroke-width="1.5" d="${path.join('')}"/>`;
    }
    const bars = points.map(([time, value]) => {
      const bottom = below.get(time) ?? 0;
      below.set(time, bottom + value);
      return `M${xOf(time)} ${yOf(bottom)}V${yOf(bottom + value)}h${barWidth}V${yOf(bottom)}z`;
    });
    return markup`<path fill="${colour}" d="${bars.join('')}"/>`;
  });
  return markup`<svg width="${width}" height="${height}">${grid}${shapes}${legend(lines, colours, width, base)}</svg>`;
}

/** The colour that the dashboard fixes for a line, or the next one. */
function colourOf({ fieldConfig }: Panel, name: string, index: number): string {
  const override = fieldConfig?.overrides.find(({ matcher }) => matcher.options === name);
  return override?.properties[0]?.value.fixedColor ?? COLOURS[index % COLOURS.length] ?? '';
}

/** Below a chart is room for two rows of names. */
function legend(
  lines: FilledPanel['lines'],
  colours: readonly string[],
  width: number,
  base: number,
): Markup[] {
  const inRow = Math.min(lines.length, Math.max(1, Math.floor((width - LEFT) / 110)));
  const each = Math.floor((width - LEFT) / inRow);
  const letters = Math.floor((each - 20) / 6);
  return lines.slice(0, 2 * inRow).map(({ name }, index) => {
    const [x, y] = [LEFT + (index % inRow) * each, base + 18 + Math.floor(index / inRow) * 13];
    return markup`<path stroke-width="3" stroke="${colours[index] ?? ''}" d="M${x} ${y - 3}h10"/>
<text x="${x + 14}" y="${y}">${name.length > letters ? `${name.slice(0, letters - 1)}…` : name}</text>`;
  });
}

/** A value as Grafana writes it in a unit, roughly. */
function written(value: number, unit: string): string {
  if (unit === 'bytes') return size(value);
  if (unit === 'Bps') return `${size(value)}/s`;
  if (unit !== 's') return NUMBER.format(value);
  if (value >= 86_400) return `${NUMBER.format(value / 86_400)} days`;
  if (value >= 3600) return `${NUMBER.format(value / 3600)} h`;
  return value > 0 && value < 1 ? `${NUMBER.format(value * 1000)} ms` : `${NUMBER.format(value)} s`;
}
