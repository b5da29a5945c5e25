import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  findKedaFiles,
  findKubernetesSchemas,
  findPrometheusOperatorFiles,
  kubernetesReleases,
} from '../../../local/binaries/kubernetes-schemas.ts';
import { only, readManifests, type Manifest, type Workload } from './read-manifests.ts';
import { kubernetesValidator, resourceValidator, scalerSettings, type Validate } from './validators.ts';

const manifests = readManifests();
const isCustom = ({ apiVersion }: Manifest): boolean =>
  /^(keda\.sh|monitoring\.coreos\.com)\//.test(apiVersion);
const [custom, native] = [manifests.filter(isCustom), manifests.filter((manifest) => !isCustom(manifest))];
const report = (line: string): void => console.log(line);

/** The object with one part of its text in JSON replaced; a part that is not there would make the test prove nothing. */
function broken(manifest: Manifest, part: string, replacement: string): Manifest {
  const text = JSON.stringify(manifest);
  expect(text).toContain(part);
  return JSON.parse(text.replace(part, () => replacement)) as Manifest;
}

describe.each(kubernetesReleases)('by the schema of Kubernetes %s', (release) => {
  let validate: Validate;

  beforeAll(async () => {
    const folder = await findKubernetesSchemas(report);
    validate = kubernetesValidator(join(folder, `kubernetes-${release}.json`));
  });

  it.each(native)('$kind $metadata.name is valid', (manifest) => {
    expect(validate(manifest)).toEqual([]);
  });

  it.each([
    ['a field that is not there', 'Deployment', '"fsGroup"', '"fsgroup"'],
    [
      'text for a number',
      'Deployment',
      '"terminationGracePeriodSeconds":120',
      '"terminationGracePeriodSeconds":"120"',
    ],
    ['a field in the wrong place', 'Job', '"spec":{', '"spec":{"restartPolicy":"Never",'],
    ['a version that is not there', 'PodDisruptionBudget', 'policy/v1', 'policy/v1beta1'],
    ['an object for a list', 'NetworkPolicy', '"policyTypes":["Ingress","Egress"]', '"policyTypes":{}'],
  ])('%s is found', (_, kind, part, replacement) => {
    expect(validate(broken(only(native, kind), part, replacement))).not.toEqual([]);
  });
});

describe('by the definitions of KEDA and of the Prometheus operator', () => {
  let validate: Validate;
  let keda: string;

  beforeAll(async () => {
    keda = await findKedaFiles(report);
    const operator = await findPrometheusOperatorFiles(report);
    const ofKeda = resourceValidator(keda, [
      'keda.sh_scaledobjects.yaml',
      'keda.sh_triggerauthentications.yaml',
    ]);
    const ofOperator = resourceValidator(operator, [
      'monitoring.coreos.com_podmonitors.yaml',
      'monitoring.coreos.com_prometheusrules.yaml',
    ]);
    validate = (manifest) =>
      manifest.apiVersion.startsWith('keda.sh/') ? ofKeda(manifest) : ofOperator(manifest);
  });

  it.each(custom)('$kind $metadata.name is valid', (manifest) => {
    expect(validate(manifest)).toEqual([]);
  });

  it.each([
    ['a field that is not there', 'ScaledObject', '"minReplicaCount"', '"minReplicas"'],
    [
      'text for a number',
      'ScaledObject',
      '"stabilizationWindowSeconds":1800',
      '"stabilizationWindowSeconds":"30m"',
    ],
    ['a number for text', 'ScaledObject', '"targetQueueSize":"4"', '"targetQueueSize":4'],
    ['a missing field', 'TriggerAuthentication', '"key":"TEMPORAL_API_KEY"', '"unused":""'],
    ['a field of the operator that is not there', 'PodMonitor', '"podMetricsEndpoints"', '"endpoints"'],
    ['a duration that is none', 'PrometheusRule', '"for":"5m"', '"for":"five minutes"'],
  ])('%s is found', (_, kind, part, replacement) => {
    expect(validate(broken(only(custom, kind), part, replacement))).not.toEqual([]);
  });

  it('the trigger has only settings that the scaler for Temporal reads', () => {
    const known = scalerSettings(join(keda, 'temporal_scaler.go'));
    expect(known).toEqual(expect.arrayContaining(['endpoint', 'endpointFromEnv', 'targetQueueSize']));
    expect(known).not.toContain('apiKey');
    const { spec } = only(custom, 'ScaledObject') as unknown as {
      readonly spec: { readonly triggers: readonly [{ readonly metadata: object }] };
    };
    expect(Object.keys(spec.triggers[0].metadata).filter((name) => !known.includes(name))).toEqual([]);
  });
});

it('pods are started with verbs that the command line has', () => {
  const help = execFileSync(process.execPath, ['dist/client/main.js', '--help'], { encoding: 'utf8' });
  const verbs = [...help.matchAll(/^ {2}([a-z][a-z-]*)/gm)].map((match) => match[1]);
  const used = ['Deployment', 'Job'].map(
    (kind) => (only(native, kind) as Workload).spec.template.spec.containers[0].args,
  );
  expect(used).toEqual([['worker'], ['setup']]);
  expect(verbs).toEqual(expect.arrayContaining(used.flat()));
});
