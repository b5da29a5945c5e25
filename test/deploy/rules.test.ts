import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { oneByOne, sideBySide } from '../alerts/cases/all-cases.ts';
import { deployedAlerts, RULE_TESTS_FILE } from '../support/prometheus/deployed.ts';

const PAGE = 'docs/operations.md';
const page = readFileSync(PAGE, 'utf8');
const alerts = deployedAlerts();
const names = alerts.map(({ alert }) => alert);

/** The text below a heading of the page, up to the next heading. */
function paragraphOf(heading: string): string {
  return page.split(`\n#### ${heading}\n`)[1]?.split(/^#/m)[0]?.replaceAll(/\s+/g, ' ') ?? '';
}

describe.each(alerts)('$alert', ({ alert, labels, annotations }) => {
  it('says what is wrong and where to read on', () => {
    expect(labels['severity']).toMatch(/^(?:critical|warning)$/);
    expect(Object.keys(annotations).sort()).toEqual(['description', 'runbook', 'summary']);
    expect(annotations['summary']).toMatch(/^[A-Z][^{}]*\.$/);
    expect(annotations['description']).toMatch(/\.$/);
    expect(annotations['runbook']).toBe(`${PAGE}#${alert.toLowerCase()}`);
  });

  it('has a paragraph that says what it means and what to do', () => {
    const paragraph = paragraphOf(alert);
    for (const part of ['Means:', 'Look at:', 'Do:']) expect(paragraph).toContain(part);
  });
});

it('the page explains no other alert', () => {
  const headings = [...page.matchAll(/^#### (AmplitudeExport\w+)$/gm)].map(([, name]) => name);
  expect(headings).toEqual(names);
});

it('the page says of each alert how it was brought about', () => {
  const rows = [...page.matchAll(/^\| `(AmplitudeExport\w+)` +\| (.*?) +\|/gm)];
  const told = rows.map(([, alert, fault]) => ({ alert, fault }));
  const cases = [...sideBySide, ...oneByOne].map(({ alert, fault }) => ({ alert, fault }));
  expect(told).toHaveLength(names.length);
  expect(new Set(told.map((row) => JSON.stringify(row)))).toEqual(
    new Set(cases.map((one) => JSON.stringify(one))),
  );
  expect(told.map(({ alert }) => alert)).toEqual(names);
});

it('the tests of promtool let each alert fire, and not fire', () => {
  const { tests } = parse(readFileSync(RULE_TESTS_FILE, 'utf8')) as {
    tests: { promql_expr_test: { exp_samples?: { labels: string }[] }[] }[];
  };
  const firing = (alert: string): boolean[][] =>
    tests.map(({ promql_expr_test: asked }) =>
      asked.map(({ exp_samples: samples = [] }) =>
        samples.some(({ labels }) => labels.includes(`"${alert}"`)),
      ),
    );
  // In one test it fires at one time, and does not at another.
  const oneSided = names.filter(
    (alert) => !firing(alert).some((fires) => fires.includes(true) && fires.includes(false)),
  );
  expect(oneSided).toEqual([]);
});
