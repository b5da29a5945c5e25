/** The CSS of the status page, for light and dark. */
export const pageStyle = `
:root {
  color-scheme: light dark;
  --page: light-dark(#ffffff, #0f141a);
  --panel: light-dark(#f5f7f9, #171e26);
  --line: light-dark(#d8dee4, #2b3440);
  --text: light-dark(#1c2430, #e3e9f0);
  --quiet: light-dark(#5b6775, #93a1b1);
  --accent: light-dark(#0b62a8, #6fb7f2);
  --l1: light-dark(#c6dcf1, #16364f);
  --l2: light-dark(#8fbce4, #1f557f);
  --l3: light-dark(#4a8fcb, #3380b8);
  --l4: light-dark(#1b5e9c, #7cc0f2);
  --empty: light-dark(#dfe4e9, #333d49);
  --rejected: light-dark(#f2a60d, #e0a11b);
  --outside-window: light-dark(#9a5b1f, #c48a52);
  --missing: light-dark(#e5383b, #f2555a);
  --failed: light-dark(#8a0f3c, #c43d78);
  --unreadable: light-dark(#8246af, #b486dd);
}
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 28px 24px 60px; max-width: 1200px; background: var(--page); color: var(--text);
  font: 14px/1.5 system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif; }
h1 { margin: 0; font-size: 22px; line-height: 1.3; font-weight: 650; overflow-wrap: anywhere; }
h2 { margin: 36px 0 10px; font-size: 15px; font-weight: 650; }
p { margin: 0; }
a { color: var(--accent); }
code { font: 12.5px ui-monospace, 'SF Mono', Menlo, Consolas, monospace; }
.quiet { color: var(--quiet); }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(190px, 1fr)); gap: 12px; margin: 22px 0 0; }
.tiles div { padding: 12px 16px; background: var(--panel); border: 1px solid var(--line); border-radius: 8px; }
.tiles dt { color: var(--quiet); }
.tiles dd { margin: 0; font-size: 22px; font-weight: 650; font-variant-numeric: tabular-nums; }
.tiles small { display: block; font-size: 12.5px; font-weight: 400; color: var(--quiet); }
.tiles .late { border-color: var(--missing); }
.tiles .late dd { color: var(--missing); }
.frame { overflow-x: auto; }
svg { display: block; }
svg text { fill: var(--quiet); font-size: 11px; font-variant-numeric: tabular-nums; pointer-events: none; }
#map:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
#map rect { cursor: pointer; }
#map rect:hover { stroke: var(--text); stroke-width: 2; paint-order: stroke; }
#map #mark { fill: none; stroke: var(--text); stroke-width: 2; pointer-events: none; }
#map text[class] { text-anchor: end; fill: var(--text); }
#map text:is(.on-l3, .on-l4, .on-outside-window, .on-missing, .on-failed, .on-unreadable) { fill: light-dark(#ffffff, #0f141a); }
#map text.on-rejected { fill: #1c2430; }
#map text.on-not-due { fill: var(--quiet); }
.l1 { fill: var(--l1); background: var(--l1); }
.l2 { fill: var(--l2); background: var(--l2); }
.l3 { fill: var(--l3); background: var(--l3); }
.l4 { fill: var(--l4); background: var(--l4); }
.empty { fill: var(--empty); background: var(--empty); }
rect.rejected, .swatch.rejected { fill: var(--rejected); background: var(--rejected); }
.outside-window { fill: var(--outside-window); background: var(--outside-window); }
.missing { fill: var(--missing); background: var(--missing); }
.failed { fill: var(--failed); background: var(--failed); }
.unreadable { fill: var(--unreadable); background: var(--unreadable); }
.not-due { fill: var(--panel); background: var(--panel); }
.legend { display: flex; flex-wrap: wrap; gap: 4px 20px; margin: 12px 0 0; padding: 0; list-style: none; }
.swatch { display: inline-block; width: 11px; height: 11px; margin-right: 6px; border-radius: 2px; vertical-align: -1px; }
.swatch.not-due { outline: 1px solid var(--line); }
.swatch + .swatch { margin-left: -5px; }
#hour { min-height: 92px; margin-top: 16px; padding: 14px 16px; background: var(--panel); border: 1px solid var(--line);
  border-radius: 8px; }
#hour h3 { margin: 0; font-size: 15px; }
#hour dl { display: grid; grid-template-columns: repeat(auto-fill, minmax(200px, 1fr)); gap: 8px 16px; margin: 8px 0 0; }
#hour dt { color: var(--quiet); font-size: 12.5px; }
#hour dd { margin: 0; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
.tick, .grid { stroke: var(--line); fill: none; shape-rendering: crispEdges; }
.chart .value { text-anchor: end; }
/* In a year, an hour is an eighth of a pixel wide: the outline keeps it visible. */
.chart .events { fill: var(--l3); stroke: var(--l3); }
.chart .rejected { fill: var(--rejected); stroke: var(--rejected); }
.gap { fill: var(--missing); opacity: 0.22; }
.cover { fill: transparent; }
.cover:hover { fill: var(--text); opacity: 0.1; }
table { width: 100%; border-collapse: collapse; }
th, td { padding: 7px 12px 7px 0; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; }
th { color: var(--quiet); font-weight: 500; white-space: nowrap; }
td code { white-space: nowrap; }
td:nth-child(-n + 2) { white-space: nowrap; }
.number { text-align: right; font-variant-numeric: tabular-nums; padding-right: 24px; }
@media print { body { max-width: none; } }
`;
