import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { listOf, readDockerfile } from '../../support/compose.ts';
import { containerOf, only, podOf, readManifests, type Workload } from './read-manifests.ts';

const manifests = readManifests();
const worker = only(manifests, 'Deployment') as Workload;
const setup = only(manifests, 'Job') as Workload;
const workloads = [worker, setup];
const policy = only(manifests, 'NetworkPolicy')['spec'] as {
  readonly policyTypes: readonly string[];
  readonly ingress: readonly { readonly ports: readonly object[] }[];
  readonly egress: readonly { readonly ports: readonly object[] }[];
};
const image = readDockerfile(readFileSync('Dockerfile', 'utf8')).at(-1);

describe('pods', () => {
  it('run the image of this version', () => {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
    for (const workload of workloads) expect(containerOf(workload).image).toBe(`amplitude-export:${version}`);
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

  it('of a worker get more time to stop than a worker takes', () => {
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

  it('reach names, HTTPS and Temporal, and nothing else', () => {
    const { data } = only(manifests, 'ConfigMap') as unknown as { readonly data: Record<string, string> };
    const temporal = Number(data['TEMPORAL_ADDRESS']?.split(':')[1]);
    expect(policy.policyTypes).toEqual(['Ingress', 'Egress']);
    expect(policy.egress.map((rule) => rule.ports)).toEqual([
      [
        { port: 53, protocol: 'UDP' },
        { port: 53, protocol: 'TCP' },
      ],
      [{ port: 443 }],
      [{ port: temporal }],
    ]);
  });

  it('of a worker can be moved to another node, ready or not, also when there is one', () => {
    expect(only(manifests, 'PodDisruptionBudget')['spec']).toMatchObject({
      maxUnavailable: 1,
      unhealthyPodEvictionPolicy: 'AlwaysAllow',
    });
  });

  it('run what the entry point of the image is for', () => {
    expect(listOf(image, 'CMD')).toEqual(containerOf(worker).args);
  });
});
