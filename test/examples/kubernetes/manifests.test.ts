import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { RULES_FILE } from '../../support/prometheus/deployed.ts';
import { containerOf, FOLDER, manifestFiles, only, readManifests, type Workload } from './read-manifests.ts';

const manifests = readManifests();
const worker = only(manifests, 'Deployment') as Workload;
const settings = only(manifests, 'ConfigMap') as unknown as { readonly data: Record<string, string> };
const readme = readFileSync(join(FOLDER, 'README.md'), 'utf8');
const kustomization = parse(readFileSync(join(FOLDER, 'kustomization.yaml'), 'utf8')) as {
  readonly resources: readonly string[];
  readonly images: readonly { readonly name: string; readonly newTag?: string }[];
};

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

it('kustomize changes the name of the image, and keeps its tag', () => {
  const [name] = containerOf(worker).image.split(':');
  expect(kustomization.images).toEqual([{ name, newName: expect.any(String) as unknown }]);
});

it('the README names every file', () => {
  expect(manifestFiles().filter((name) => !readme.includes(`\`${name}\``))).toEqual([]);
});
