import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, expect, it, onTestFinished } from 'vitest';
import { stringify } from 'yaml';
import { findPromtool } from '../../local/binaries/prometheus.ts';
import {
  dashboardExpressions,
  deployedDashboard,
  RULE_TESTS_FILE,
  RULES_FILE,
} from '../support/prometheus/deployed.ts';

let promtool: string;

beforeAll(async () => {
  promtool = await findPromtool(console.log);
});

/** What promtool writes. Rejects when it finds a fault. */
async function run(...args: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(promtool, args);
  return stdout;
}

async function checkRules(rules: readonly object[]): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'promtool-test-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, 'rules.yml');
  await writeFile(file, stringify({ groups: [{ name: 'test', rules }] }));
  return run('check', 'rules', file);
}

it('Prometheus accepts the rules, and the example of a configuration', async () => {
  expect(await run('check', 'rules', RULES_FILE)).toContain('SUCCESS');
  expect(await run('check', 'config', 'deploy/prometheus/prometheus.yml')).toContain(
    'SUCCESS: 1 rule files found',
  );
});

it('each alert fires when it should, and only then', async () => {
  expect(await run('test', 'rules', RULE_TESTS_FILE)).toContain('SUCCESS');
});

it('Prometheus understands every expression of the dashboard', async () => {
  const expressions = dashboardExpressions(deployedDashboard(), '5m');
  const rules = expressions.map((expr, index) => ({ record: `panel_${index}`, expr }));
  expect(await checkRules(rules)).toContain(`${expressions.length} rules found`);
  await expect(checkRules([{ record: 'wrong', expr: 'sum(rate(x))' }])).rejects.toThrow(
    /expected type range vector/,
  );
});
