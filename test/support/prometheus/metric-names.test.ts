import { expect, it } from 'vitest';
import { metricNames } from './metric-names.ts';

it.each([
  ['absent(ready == 1)', ['ready']],
  ['sum by (outcome, le) (increase(hours_total{outcome!="a{b}"}[1h] offset 5m)) > 0', ['hours_total']],
  ['time() - max(a:b) > 15 * 60 or count(c) unless on (job) d', ['a:b', 'c', 'd']],
  [
    'histogram_quantile(0.95, sum by (le) (rate(s_bucket[$__rate_interval]))) and 1e3 < bool s',
    ['s_bucket', 's'],
  ],
  ['vector(1)', []],
])('%s', (expr, names) => {
  expect(metricNames(expr)).toEqual(names);
});
