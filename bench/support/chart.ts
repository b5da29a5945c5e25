import type { Figure } from './figures.ts';
import { writtenLimit, written, type BenchReport } from './report.ts';

type JudgedFigure = BenchReport['benchmarks'][number]['figures'][number];

/** Sizes in pixels. */
const WIDTH = 1060;
const ROW = 26;
const LABEL = 450;
const BAR = 330;
/** In the second panel the limit is here, and a bar of twice the limit ends at the right. */
const LIMIT_AT = BAR / 2;

const COLOURS = { ours: '#2563eb', other: '#94a3b8', met: '#16a34a', notMet: '#dc2626', limit: '#0f172a' };

/**
 * Draws a report as SVG: the speeds of the parse variants, then each figure with a limit as a bar, relative to its limit.
 */
export function chartOf(report: BenchReport): string {
  const figures = report.benchmarks.flatMap((benchmark) => benchmark.figures);
  const speeds = figures.filter(({ unit }) => unit === 'MB/s per CPU s');
  const limited = report.benchmarks.flatMap(({ name, figures }) =>
    figures.flatMap((figure) => (figure.limit === undefined ? [] : [{ name, figure, limit: figure.limit }])),
  );
  const fastest = Math.max(...speeds.map(({ value }) => value));
  const rows = [
    ...(speeds.length === 0 ? [] : [heading('Parse, one thread: MB of lines for each CPU second')]),
    ...speeds.map((figure) => speedRow(figure, fastest)),
    ...(limited.length === 0 ? [] : [heading('Figures and their limits (the dark line is the limit)')]),
    ...limited.map(({ name, figure, limit }) => limitRow(`${name}: ${figure.what}`, figure, limit)),
  ];
  const { cpu, cores, node } = report.machine;
  const foot = `${report.date.slice(0, 10)}, ${cpu}, ${cores} cores, Node ${node}`;
  const height = (rows.length + 2) * ROW;
  const body = [...rows, [text(10, foot, 'fill="#475569"')]].map(
    (row, index) => `<g transform="translate(0 ${(index + 0.5) * ROW})">${row.join('')}</g>`,
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="sans-serif" font-size="13">
<rect width="${WIDTH}" height="${height}" fill="#ffffff"/>
${body.join('\n')}
</svg>
`;
}

function heading(title: string): string[] {
  return [text(10, title, 'font-weight="bold"')];
}

function speedRow({ what, value }: Figure, fastest: number): string[] {
  const colour = what === 'this project' ? COLOURS.ours : COLOURS.other;
  const width = (value / fastest) * BAR;
  return [text(10, what), bar(width, colour), text(LABEL + width + 8, written(value))];
}

/** A bar that is far beyond its limit ends at twice the limit. */
function limitRow(label: string, figure: JudgedFigure, limit: NonNullable<Figure['limit']>): string[] {
  const bound = 'atMost' in limit ? limit.atMost : limit.atLeast;
  const width = Math.min((figure.value / bound) * LIMIT_AT, BAR);
  return [
    text(10, label),
    bar(width, figure.met === true ? COLOURS.met : COLOURS.notMet),
    `<rect x="${LABEL + LIMIT_AT - 1}" y="0" width="2" height="20" fill="${COLOURS.limit}"/>`,
    text(
      LABEL + Math.max(width, LIMIT_AT) + 8,
      `${written(figure.value)} ${figure.unit}, ${writtenLimit(limit)}`,
    ),
  ];
}

function bar(width: number, colour: string): string {
  return `<rect x="${LABEL}" y="3" width="${width.toFixed(1)}" height="14" fill="${colour}"/>`;
}

function text(x: number, content: string, attributes = ''): string {
  const escaped = content.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  return `<text x="${x.toFixed(1)}" y="15" ${attributes}>${escaped}</text>`;
}
