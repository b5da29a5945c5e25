import { describe, expect, it } from 'vitest';
import { deployedDashboard } from '../support/prometheus/deployed.ts';
import { metricNames } from '../support/prometheus/metric-names.ts';

const { panels, templating } = deployedDashboard();
const drawn = panels.filter(({ type }) => type !== 'row');

describe('the dashboard', () => {
  it('takes its data from the Prometheus that its user chooses', () => {
    expect(templating.list).toMatchObject([{ name: 'datasource', type: 'datasource', query: 'prometheus' }]);
    for (const { datasource } of drawn)
      expect(datasource).toEqual({ type: 'prometheus', uid: '${datasource}' });
  });

  it('has no id and no title twice', () => {
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    expect(new Set(panels.map(({ title }) => title)).size).toBe(panels.length);
  });

  it('has no panel over another, and none beyond the width of 24', () => {
    const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, cell) => `${x + (cell % w)},${y + Math.floor(cell / w)}`),
    );
    expect(new Set(cells).size).toBe(cells.length);
    expect(panels.filter(({ gridPos: { x, w } }) => x + w > 24)).toEqual([]);
  });
});

it.each(drawn)('panel "$title" is explained, has a unit, and asks for a metric', (panel) => {
  expect(panel.description).toMatch(/^[A-Z].*\.$/);
  expect(panel.fieldConfig?.defaults.unit).toMatch(/./);
  const { targets = [] } = panel;
  expect(targets.length).toBeGreaterThan(0);
  for (const { expr } of targets) expect(metricNames(expr)).not.toEqual([]);
});

it('each line of a chart has a name', () => {
  const charts = drawn.filter(({ type }) => type === 'timeseries');
  const targets = charts.flatMap((panel) => panel.targets ?? []);
  expect(targets.filter(({ legendFormat = '' }) => legendFormat === '')).toEqual([]);
});
