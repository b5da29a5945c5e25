import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { variables, type VariableName } from '../../../config/variables.ts';
import { containerOf, FOLDER, only, readManifests, type Workload } from './read-manifests.ts';

const manifests = readManifests();
const readme = readFileSync(join(FOLDER, 'README.md'), 'utf8');
const settings = only(manifests, 'ConfigMap') as unknown as { readonly data: Record<string, string> };
const worker = only(manifests, 'Deployment') as Workload;
const setup = only(manifests, 'Job') as Workload;
const workloads = [worker, setup];

/** What the AWS SDK and Temporal read themselves. */
const FOREIGN = ['AWS_REGION', 'TEMPORAL_ADDRESS', 'TEMPORAL_NAMESPACE', 'TEMPORAL_API_KEY'];

/** Variables whose values no manifest may have. */
const SECRETS = /KEY|SECRET|TOKEN|PASSWORD|WEBHOOK/;

const isOurs = (name: string): name is VariableName => name in variables;

const namesOf = (workload: Workload): string[] => containerOf(workload).env.map(({ name }) => name);

describe('variables', () => {
  const inContainers = workloads.flatMap((workload) => containerOf(workload).env);
  const literal = [
    ...Object.entries(settings.data),
    ...inContainers.flatMap(({ name, value }) => (value === undefined ? [] : [[name, value] as const])),
  ];

  it('are those that the project, the AWS SDK or Temporal reads, with values that are accepted', () => {
    const names = [...Object.keys(settings.data), ...inContainers.map(({ name }) => name)];
    expect(names.filter((name) => !isOurs(name) && !FOREIGN.includes(name))).toEqual([]);
    const refused = literal.filter(([name, value]) => isOurs(name) && !variables[name].read(value).ok);
    expect(refused).toEqual([]);
  });

  it('are secret only by reference: no manifest has the value of one', () => {
    expect(literal.filter(([name]) => SECRETS.test(name))).toEqual([]);
    expect(manifests.filter(({ kind }) => kind === 'Secret')).toEqual([]);
    const referred = inContainers.filter(({ name }) => SECRETS.test(name));
    expect(referred.length).toBeGreaterThan(5);
    // The key in the Secret has the name of the variable.
    for (const { name, valueFrom } of referred) expect(valueFrom?.secretKeyRef?.key).toBe(name);
  });

  it('come from the ConfigMap, and from Secrets that the README names with their keys', () => {
    for (const workload of workloads)
      expect(containerOf(workload).envFrom).toEqual([
        { configMapRef: { name: only(manifests, 'ConfigMap').metadata.name } },
      ]);
    const wanted = inContainers.flatMap(({ valueFrom }) => valueFrom?.secretKeyRef ?? []);
    const rows = readme.split('\n').filter((line) => line.startsWith('| `'));
    const missing = wanted.filter(
      ({ name, key }) => !rows.some((row) => row.startsWith(`| \`${name}\` `) && row.includes(`\`${key}\``)),
    );
    expect(missing).toEqual([]);
  });

  it('give a worker the keys of Amplitude, which setup does not get', () => {
    expect(namesOf(worker)).toEqual(expect.arrayContaining(['AMP_API_KEY', 'AMP_SECRET_KEY']));
    expect(namesOf(setup).filter((name) => name.startsWith('AMP_'))).toEqual([]);
    const optional = containerOf(worker).env.filter(({ valueFrom }) => valueFrom?.secretKeyRef?.optional);
    expect(optional.filter(({ name }) => name.startsWith('AMP_'))).toEqual([]);
  });

  it('give a worker as many threads as its limit has cores', () => {
    const threads = containerOf(worker).env.find(({ name }) => name === 'PARSE_THREADS');
    expect(threads?.valueFrom?.resourceFieldRef).toMatchObject({ resource: 'limits.cpu', divisor: '1' });
    expect(containerOf(worker).resources.limits).toEqual({ cpu: '2', memory: '2Gi' });
  });
});
