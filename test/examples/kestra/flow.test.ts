import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { variables } from '../../../config/variables.ts';
import { readCheckedFlow, readFlow, readFlowText } from './read-flow.ts';

const [task] = readFlow().tasks;
const checked = readCheckedFlow();

it('the flow is the one that the classes of Kestra accepted; after a change: npm run check-kestra-flow', () => {
  expect(createHash('sha256').update(readFlowText()).digest('hex')).toBe(checked.sha256);
});

it('exports the day before, or the days of the inputs', () => {
  expect(checked.executions.map(({ execution, from, to }) => ({ execution, from, to }))).toEqual([
    {
      execution: { trigger: { date: '2026-01-02T03:30:00.000Z' }, inputs: {} },
      from: '2026-01-01',
      to: '2026-01-01',
    },
    { execution: { inputs: {} }, from: '2026-02-28', to: '2026-02-28' },
    { execution: { inputs: { from: '2026-01-05' } }, from: '2026-01-05', to: '2026-01-05' },
    { execution: { inputs: { to: '2026-01-07' } }, from: '2026-01-07', to: '2026-01-07' },
    {
      execution: { inputs: { from: '2026-01-05', to: '2026-01-07' } },
      from: '2026-01-05',
      to: '2026-01-07',
    },
  ]);
});

it('takes keys from secrets only, and no key of Amplitude', () => {
  const keys = ['S3_USER_ACCESS_KEY', 'S3_USER_SECRET_KEY'];
  for (const name of keys) expect(task.env[name]).toBe(`{{ secret('${name}') }}`);
  const others = Object.keys(task.env).filter(
    (name) => /KEY|SECRET|TOKEN|PASSWORD/.test(name) && !keys.includes(name),
  );
  expect(others).toEqual([]);
  expect(readFlowText()).not.toMatch(/\bkv\(|AMP_/);
});

it('sets variables that the command line reads', () => {
  const others = ['FROM', 'TO', 'TEMPORAL_ADDRESS', 'AWS_REGION'];
  const unknown = Object.keys(task.env).filter((name) => !(name in variables) && !others.includes(name));
  expect(unknown).toEqual([]);
});

it('the network of the task is that of the Compose file, which has a server of the name in the address', () => {
  const compose = parse(readFileSync('docker-compose.temporal.yml', 'utf8')) as {
    readonly name: string;
    readonly services: object;
  };
  const [host = ''] = (task.env['TEMPORAL_ADDRESS'] ?? '').split(':');
  expect(task.taskRunner.networkMode).toBe(`${compose.name}_default`);
  expect(Object.keys(compose.services)).toContain(host);
});

it('uses the image of this version', () => {
  const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
  expect(task.containerImage).toBe(`amplitude-export:${version}`);
});
