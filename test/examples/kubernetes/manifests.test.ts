import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { variables, type VariableName } from '../../../config/variables.ts';
import { RULES_FILE } from '../../support/prometheus/deployed.ts';
import { listOf, readDockerfile } from '../../support/compose.ts';
import { FOLDER, manifestFiles, only, readManifests, type Workload } from './read-manifests.ts';

const manifests = readManifests();
const kustomization = parse(readFileSync(join(FOLDER, 'kustomization.yaml'), 'utf8')) as {
  readonly resources: readonly string[];
  readonly images: readonly { readonly name: string; readonly newTag?: string }[];
};
const readme = readFileSync(join(FOLDER, 'README.md'), 'utf8');
const settings = only(manifests, 'ConfigMap') as unknown as { readonly data: Record<string, string> };
const worker = only(manifests, 'Deployment') as Workload;
const setup = only(manifests, 'Job') as Workload;
const workloads = [worker, setup];
const image = readDockerfile(readFileSync('Dockerfile', 'utf8')).at(-1);

const podOf = ({ spec }: Workload): Workload['spec']['template']['spec'] => spec.template.spec;
const containerOf = (workload: Workload): ReturnType<typeof podOf>['containers'][0] =>
  podOf(workload).containers[0];

/** What the AWS SDK and Temporal read themselves. */
const FOREIGN = ['AWS_REGION', 'TEMPORAL_ADDRESS', 'TEMPORAL_NAMESPACE', 'TEMPORAL_API_KEY'];

/** Variables whose values no manifest may have. */
const SECRETS = /KEY|SECRET|TOKEN|PASSWORD|WEBHOOK/;

const isOurs = (name: string): name is VariableName => name in variables;

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
    const names = (workload: Workload): string[] => containerOf(workload).env.map(({ name }) => name);
    expect(names(worker)).toEqual(expect.arrayContaining(['AMP_API_KEY', 'AMP_SECRET_KEY']));
    expect(names(setup).filter((name) => name.startsWith('AMP_'))).toEqual([]);
    const optional = containerOf(worker).env.filter(({ valueFrom }) => valueFrom?.secretKeyRef?.optional);
    expect(optional.filter(({ name }) => name.startsWith('AMP_'))).toEqual([]);
  });

  it('give a worker as many threads as its limit has cores', () => {
    const threads = containerOf(worker).env.find(({ name }) => name === 'PARSE_THREADS');
    expect(threads?.valueFrom?.resourceFieldRef).toMatchObject({ resource: 'limits.cpu', divisor: '1' });
    expect(containerOf(worker).resources.limits).toEqual({ cpu: '2', memory: '2Gi' });
  });
});

describe('pods', () => {
  it('run the image of this version', () => {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
    for (const workload of workloads) expect(containerOf(workload).image).toBe(`amplitude-export:${version}`);
    // kustomize changes the name and keeps the tag.
    expect(kustomization.images).toEqual([
      { name: 'amplitude-export', newName: expect.any(String) as unknown },
    ]);
  });

  it.each(workloads)('of the $kind have no rights that they do not need', (workload) => {
    const pod = podOf(workload);
    expect(pod).toMatchObject({
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      serviceAccountName: only(manifests, 'ServiceAccount').metadata.name,
      securityContext: { runAsNonRoot: true, runAsUser: 1000, seccompProfile: { type: 'RuntimeDefault' } },
    });
    expect(pod.containers).toHaveLength(1);
    expect(containerOf(workload).securityContext).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    });
    expect(image?.instructions.find(({ keyword }) => keyword === 'USER')?.rest).toBe('node');
  });

  it('of a worker get more time to stop than a worker takes, and more than with Docker Compose', () => {
    const seconds = podOf(worker).terminationGracePeriodSeconds;
    expect(seconds).toBeGreaterThan(90);
    expect(readFileSync('docs/operations.md', 'utf8')).toContain('ends with exit code 0, within 90 seconds');
  });

  it('are probed at the port of METRICS_ADDRESS', () => {
    const { env, ports, startupProbe, livenessProbe, readinessProbe } = containerOf(worker);
    const [host, port] = (env.find(({ name }) => name === 'METRICS_ADDRESS')?.value ?? '').split(':');
    expect([host, ports]).toEqual(['0.0.0.0', [{ name: 'metrics', containerPort: Number(port) }]]);
    const probed = [startupProbe, livenessProbe, readinessProbe].map((probe) => probe?.httpGet);
    expect(probed).toEqual(['/healthz', '/healthz', '/readyz'].map((path) => ({ path, port: 'metrics' })));
    const policy = only(manifests, 'NetworkPolicy')['spec'] as {
      readonly ingress: readonly { readonly ports: readonly object[] }[];
    };
    expect(policy.ingress.map((rule) => rule.ports)).toEqual([[{ port: Number(port) }]]);
    const monitor = only(manifests, 'PodMonitor')['spec'] as { readonly podMetricsEndpoints: object };
    expect(monitor.podMetricsEndpoints).toMatchObject([{ port: 'metrics', path: '/metrics' }]);
  });

  it('may take longer to start than a worker waits for the bucket and for Temporal', () => {
    const { periodSeconds = 0, failureThreshold = 0 } = containerOf(worker).startupProbe ?? {};
    expect(periodSeconds * failureThreshold).toBeGreaterThan(2 * 120);
  });

  it('of a worker have a disk of their own, which the user of the image may write to', () => {
    const place = image?.instructions.find(({ keyword }) => keyword === 'VOLUME')?.rest;
    expect(containerOf(worker).volumeMounts).toEqual([{ name: 'work', mountPath: place }]);
    const { fsGroup, runAsUser } = podOf(worker).securityContext;
    expect([fsGroup, podOf(worker).volumes]).toEqual([
      runAsUser,
      [{ name: 'work', ephemeral: expect.any(Object) as unknown }],
    ]);
  });

  it('of a worker are those that budget and monitor choose; the policy chooses all', () => {
    const { labels } = worker.spec.template.metadata;
    const chosen = (kind: string): unknown =>
      (only(manifests, kind)['spec'] as { readonly selector: { readonly matchLabels: unknown } }).selector
        .matchLabels;
    for (const kind of ['PodDisruptionBudget', 'PodMonitor', 'Deployment'])
      expect(chosen(kind)).toEqual(labels);
    const { podSelector } = only(manifests, 'NetworkPolicy')['spec'] as {
      readonly podSelector: { readonly matchLabels: Readonly<Record<string, string>> };
    };
    for (const workload of workloads)
      expect(workload.spec.template.metadata.labels).toMatchObject(podSelector.matchLabels);
    expect(setup.spec.template.metadata.labels).not.toEqual(labels);
  });

  it('run what the entry point of the image is for', () => {
    expect(listOf(image, 'CMD')).toEqual(containerOf(worker).args);
  });
});

describe('autoscaling', () => {
  const { spec } = only(manifests, 'ScaledObject') as unknown as {
    readonly spec: {
      readonly scaleTargetRef: { readonly name: string };
      readonly minReplicaCount: number;
      readonly maxReplicaCount: number;
      readonly triggers: readonly [{ readonly metadata: Readonly<Record<string, string>> }];
    };
  };

  it('scales the workers, which say no number of their own, and keeps one', () => {
    expect(spec.scaleTargetRef.name).toBe(worker.metadata.name);
    expect(worker.spec).not.toHaveProperty('replicas');
    expect([spec.minReplicaCount, spec.maxReplicaCount > 1]).toEqual([1, true]);
  });

  it('looks at the task queue of the workers, by variables that they have', () => {
    const { metadata } = spec.triggers[0];
    const read = Object.entries(metadata).filter(([name]) => name.endsWith('FromEnv'));
    expect(read.map(([name]) => name)).toEqual(['endpointFromEnv', 'namespaceFromEnv', 'taskQueueFromEnv']);
    for (const [, variable] of read) expect(Object.keys(settings.data)).toContain(variable);
    expect(metadata['targetQueueSize']).toBe(settings.data['HOURS_PER_WORKER']);
  });

  it("connects with the worker's key of Temporal", () => {
    const key = containerOf(worker).env.find(({ name }) => name === 'TEMPORAL_API_KEY');
    const { name, key: keyInSecret } = key?.valueFrom?.secretKeyRef ?? {};
    expect(only(manifests, 'TriggerAuthentication')['spec']).toEqual({
      secretTargetRef: [{ parameter: 'apiKey', name, key: keyInSecret }],
    });
  });
});

it('the alerts are those of the rules for Prometheus', () => {
  const rules: unknown = parse(readFileSync(RULES_FILE, 'utf8'));
  expect(only(manifests, 'PrometheusRule')['spec']).toEqual(rules);
});

it('kustomize is given every file', () => {
  expect(kustomization.resources.toSorted()).toEqual(manifestFiles().toSorted());
});

it('the README names every file', () => {
  expect(manifestFiles().filter((name) => !readme.includes(`\`${name}\``))).toEqual([]);
});
