import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { RULES_FILE, type RulesFile } from '../support/prometheus/deployed.ts';
import { scaleRules } from './scale-rules.ts';

const rules = readFileSync(RULES_FILE, 'utf8');

it('divides ranges, waits and minutes, and leaves the hours of the data', () => {
  const text = `
groups:
  - name: a
    rules:
      - { alert: one, expr: 'increase(x[1h]) > 0 and x - y > 30 * 60', for: 5m }
      - { alert: two, expr: 'x > 28 * 3600' }
`;
  expect(parse(scaleRules(text, 60))).toEqual({
    groups: [
      {
        name: 'a',
        rules: [
          { alert: 'one', expr: 'increase(x[60000ms]) > 0 and x - y > 30 * 60 / 60', for: '5000ms' },
          { alert: 'two', expr: 'x > 28 * 3600' },
        ],
      },
    ],
  });
});

it('knows every duration of the rules', () => {
  const scaled = scaleRules(rules, 1);
  expect(scaled).not.toContain('NaN');
  const { groups } = parse(scaled) as RulesFile;
  const left = groups.flatMap((group) => group.rules).filter(({ expr }) => /\[\d+[smhdwy]\]/.test(expr));
  expect(left).toEqual([]);
});
